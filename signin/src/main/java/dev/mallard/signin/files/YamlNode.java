package dev.mallard.signin.files;

import java.util.List;
import java.util.Map;

/** What a YAML file says, with its lines, the first of which is 1. */
sealed interface YamlNode {
  int line();

  record Nothing(int line) implements YamlNode {}

  /** Whatever it looks like, it is text. */
  record Scalar(int line, String text) implements YamlNode {}

  record Items(int line, List<YamlNode> items) implements YamlNode {}

  /** In the file's order. */
  record Fields(int line, Map<String, Field> fields) implements YamlNode {}

  /**
   * A name and what stands behind it.
   *
   * @param column where the name begins; the first is 1
   */
  record Field(int line, int column, YamlNode value) {}
}
