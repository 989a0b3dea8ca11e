package dev.mallard.signin.files;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one of the files holds: entries by name.
 *
 * @param <T> an entry
 */
public abstract sealed class EntryFormat<T> permits UsersFormat, RolesFormat, TokensFormat {
  EntryFormat() {}

  abstract String fileName();

  /** Whether others may not even read it. */
  abstract boolean isSecret();

  abstract T read(String name, EntryFields fields) throws YamlProblem;

  /** The fields to write, in order. */
  abstract Map<String, Object> write(T entry);

  final Map<String, T> parse(String text) throws YamlProblem {
    return entries(YamlReader.read(text));
  }

  final Map<String, T> entries(YamlNode root) throws YamlProblem {
    if (root instanceof YamlNode.Nothing) {
      return new LinkedHashMap<>();
    }
    if (!(root instanceof YamlNode.Fields map)) {
      throw new YamlProblem(root.line(), "not a list of names, each with its fields");
    }
    Map<String, T> entries = new LinkedHashMap<>();
    for (Map.Entry<String, YamlNode.Field> field : map.fields().entrySet()) {
      EntryFields fields = new EntryFields(field.getKey(), field.getValue());
      entries.put(field.getKey(), read(field.getKey(), fields));
      fields.requireNothingElse();
    }
    return entries;
  }
}
