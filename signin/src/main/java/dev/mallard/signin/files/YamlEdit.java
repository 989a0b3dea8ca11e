package dev.mallard.signin.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Changes entries in a file's text and leaves the rest of it as people have written it, with their
 * comments and their order, if it is written in the usual way; else the file is written anew.
 * Either way it says afterwards what it should. Stateless.
 */
final class YamlEdit {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private YamlEdit() {}

  /**
   * @param after what the text is to say
   */
  static <T> String apply(EntryFormat<T> format, String text, Map<String, T> after)
      throws YamlProblem {
    Map<String, T> before = format.parse(text);
    String edited = text;
    for (String name : before.keySet()) {
      if (!after.containsKey(name)) {
        edited = replace(edited, name, List.of());
      }
    }
    for (Map.Entry<String, T> entry : after.entrySet()) {
      if (!Objects.equals(before.get(entry.getKey()), entry.getValue())) {
        edited = replace(edited, entry.getKey(), lines(format, entry.getKey(), entry.getValue()));
      }
    }
    if (says(format, edited, after)) {
      return edited;
    }
    String whole = anew(format, after);
    if (!says(format, whole, after)) {
      throw MallardException.invalid("it has characters that cannot be written to a file");
    }
    return whole;
  }

  private static <T> boolean says(EntryFormat<T> format, String text, Map<String, T> expected) {
    try {
      return format.parse(text).equals(expected);
    } catch (YamlProblem e) {
      return false;
    }
  }

  private static <T> String anew(EntryFormat<T> format, Map<String, T> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(
        (name, entry) ->
            lines(format, name, entry).forEach(line -> text.append(line).append('\n')));
    return text.toString();
  }

  private static <T> List<String> lines(EntryFormat<T> format, String name, T entry) {
    try {
      return MAPPER.writeValueAsString(Map.of(name, format.write(entry))).lines().toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // Texts, lists of texts and a flag.
    }
  }

  /** Puts these lines in the place of an entry's, or at the end. */
  private static String replace(String text, String name, List<String> with) throws YamlProblem {
    List<String> lines = new ArrayList<>(text.lines().toList());
    Map<String, YamlNode.Field> fields =
        YamlReader.read(text) instanceof YamlNode.Fields map ? map.fields() : new LinkedHashMap<>();
    YamlNode.Field entry = fields.get(name);
    if (entry == null) {
      lines.addAll(with);
    } else {
      int begin = entry.line() - 1;
      List<String> old = lines.subList(begin, end(lines, begin, fields));
      old.clear();
      old.addAll(with);
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** Where the entry ends that begins there: what is said before the next one belongs to that. */
  private static int end(List<String> lines, int begin, Map<String, YamlNode.Field> fields) {
    int end = lines.size();
    for (YamlNode.Field other : fields.values()) {
      if (other.line() - 1 > begin) {
        end = Math.min(end, other.line() - 1);
      }
    }
    while (end > begin + 1
        && (lines.get(end - 1).isBlank() || lines.get(end - 1).startsWith("#"))) {
      end--;
    }
    return end;
  }
}
