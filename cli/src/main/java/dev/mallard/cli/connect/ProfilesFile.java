package dev.mallard.cli.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mallard.cli.io.UsageException;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The user's profiles: a YAML file of names and what {@link ProfileReader} knows of each. It may
 * hold secrets, so it is refused if others may read or change it.
 */
public final class ProfilesFile {
  private final Path file;
  private final Map<String, String> environment;

  private ProfilesFile(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /** The user's own; empty if the environment does not say where that would be. */
  public static Optional<ProfilesFile> of(Map<String, String> environment) {
    boolean windows =
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
    return folder(environment, windows)
        .map(folder -> new ProfilesFile(folder.resolve("mallard/profiles.yaml"), environment));
  }

  private static Optional<Path> folder(Map<String, String> environment, boolean windows) {
    String configuration = environment.getOrDefault(windows ? "APPDATA" : "XDG_CONFIG_HOME", "");
    if (!configuration.isEmpty()) {
      return Optional.of(Path.of(configuration));
    }
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home, ".config"));
  }

  public Path file() {
    return file;
  }

  public boolean exists() {
    return Files.exists(file);
  }

  /**
   * The names of all, in their order; none if there is no file. What is below them is not looked
   * at.
   *
   * @throws MallardException FAILED_PRECONDITION if others may read or change the file,
   *     INVALID_ARGUMENT if it is not what it should be; without its values
   */
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    parse().fieldNames().forEachRemaining(names::add);
    return names;
  }

  /**
   * One of them; empty if there is none of this name.
   *
   * @throws MallardException as for {@link #names}
   */
  public Optional<Profile> find(String name) throws IOException {
    return Optional.ofNullable(parse().get(name))
        .map(node -> new ProfileReader(file, environment).read(name, node));
  }

  /**
   * As {@link #find}.
   *
   * @throws UsageException if there is none of this name
   */
  public Profile require(String name) throws IOException {
    Optional<Profile> found = find(name);
    if (found.isEmpty()) {
      List<String> names = names();
      throw new UsageException(
          "no profile '%s' in '%s'%s"
              .formatted(name, file, names.isEmpty() ? "" : ProfileReader.meant(name, names)));
    }
    return found.get();
  }

  private void requirePrivate() throws IOException {
    if (!PrivateFile.isPrivate(file)) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "'"
              + file
              + "' may be read or changed by others, so it is not used; mend it with: chmod 600 '"
              + file
              + "'");
    }
  }

  private JsonNode parse() throws IOException {
    if (!exists()) {
      return MissingNode.getInstance();
    }
    requirePrivate();
    YAMLMapper mapper =
        YAMLMapper.builder(new YAMLFactory())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    JsonNode root;
    try {
      root = mapper.readTree(Files.readAllBytes(file));
    } catch (JsonProcessingException e) {
      // Its own words repeat what stands there.
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw MallardException.invalid(
          "'"
              + file
              + "' is no YAML, or says a thing twice"
              + (line > 0 ? ", at line " + line : ""));
    }
    if (!root.isObject() && !root.isMissingNode() && !root.isNull()) {
      throw MallardException.invalid(
          "'" + file + "' has no profiles (expected: names, and server: and more below each)");
    }
    return root;
  }
}
