package dev.mallard.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings from outside the command line: the environment ({@code MALLARD_MAX_MESSAGE_SIZE}) goes
 * before the configuration file ({@code max-message-size: 2MiB}). A setting that nobody knows is an
 * error: better no start than a start without what the operator wrote.
 */
final class Settings {
  private static final String PREFIX = "MALLARD_";

  /** Variables of the launcher and of the client commands. */
  private static final Set<String> OTHERS =
      Set.of(
          "MALLARD_URI",
          "MALLARD_TLS_ROOTS",
          "MALLARD_JAVA_OPTS",
          "MALLARD_JAVA_HOME",
          "MALLARD_CONFIG",
          "MALLARD_LOG",
          "MALLARD_NO_ARCHIVE",
          "MALLARD_PASSWORD",
          "MALLARD_TOKEN",
          "MALLARD_PROFILE");

  /** Between the values of a setting that may be repeated, in the environment. */
  private static final String BETWEEN = ";";

  private final Map<String, List<String>> values;
  private final Set<String> fromEnvironment;

  private Settings(Map<String, List<String>> values, Set<String> fromEnvironment) {
    this.values = values;
    this.fromEnvironment = fromEnvironment;
  }

  /** A setting that is wrong, in words for the operator. */
  static final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    SettingsException(String message) {
      super(message);
    }
  }

  /**
   * @param known names of all settings, as on the command line without dashes in front
   * @param file the configuration file, if there is one
   */
  static Settings load(Set<String> known, Optional<Path> file, Map<String, String> environment)
      throws SettingsException {
    Map<String, List<String>> values = new TreeMap<>();
    if (file.isPresent()) {
      readFile(file.get(), known, values);
    }
    Set<String> fromEnvironment = new TreeSet<>();
    readEnvironment(environment, known, values, fromEnvironment);
    return new Settings(values, fromEnvironment);
  }

  private static void readFile(Path file, Set<String> known, Map<String, List<String>> values)
      throws SettingsException {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new SettingsException(
          "cannot read the configuration file " + file + ": " + firstLine(e));
    }
    if (root.isMissingNode() || root.isNull()) {
      return;
    }
    if (!root.isObject()) {
      throw new SettingsException(
          "configuration file " + file + ": expected lines like 'port: 8815'");
    }
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      require(
          known,
          entry.getKey(),
          "configuration file " + file + ": setting '" + entry.getKey() + "'",
          "");
      values.put(entry.getKey(), texts(entry.getValue()));
    }
  }

  /** A list, a map (name to path) or a single value. */
  private static List<String> texts(JsonNode value) {
    List<String> texts = new ArrayList<>();
    if (value.isObject()) {
      value
          .properties()
          .forEach(entry -> texts.add(entry.getKey() + "=" + entry.getValue().asText()));
    } else if (value.isArray()) {
      value.forEach(element -> texts.add(element.asText()));
    } else {
      texts.add(value.asText());
    }
    return texts;
  }

  private static void readEnvironment(
      Map<String, String> environment,
      Set<String> known,
      Map<String, List<String>> values,
      Set<String> fromEnvironment)
      throws SettingsException {
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.startsWith(PREFIX) || OTHERS.contains(name)) {
        continue;
      }
      String setting = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
      require(known, setting, "environment variable " + name, PREFIX);
      values.put(setting, List.of(variable.getValue()));
      fromEnvironment.add(setting);
    }
  }

  private static void require(Set<String> known, String setting, String what, String prefix)
      throws SettingsException {
    if (known.contains(setting)) {
      return;
    }
    String suggestion =
        Suggestions.closest(setting, known)
            .map(
                name ->
                    prefix.isEmpty()
                        ? name
                        : prefix + name.toUpperCase(Locale.ROOT).replace('-', '_'))
            .map(name -> "did you mean '" + name + "'?")
            .orElse("known: " + String.join(", ", new TreeSet<>(known)));
    throw new SettingsException(what + " is not known; " + suggestion);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  Optional<String> single(String setting) {
    return Optional.ofNullable(values.get(setting)).map(list -> list.get(list.size() - 1));
  }

  /**
   * @param isRepeatable whether a variable may have several values; else it is one as it is
   */
  List<String> all(String setting, boolean isRepeatable) {
    List<String> all = values.getOrDefault(setting, List.of());
    return isRepeatable && fromEnvironment.contains(setting)
        ? List.of(all.get(0).split(BETWEEN))
        : all;
  }
}
