package dev.mallard.signin.files;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of one entry, each asked for once; what nobody asks for is not known. */
final class EntryFields {
  private final int line;
  private final Map<String, YamlNode.Field> fields;
  private final Set<String> known = new HashSet<>();

  EntryFields(String name, YamlNode.Field entry) throws YamlProblem {
    this.line = entry.line();
    if (entry.value() instanceof YamlNode.Fields map) {
      this.fields = map.fields();
    } else if (entry.value() instanceof YamlNode.Nothing) {
      this.fields = Map.of();
    } else {
      throw new YamlProblem(line, "'" + name + "' is not followed by lines like '  field: value'");
    }
  }

  int line() {
    return line;
  }

  int line(String name) {
    YamlNode.Field field = fields.get(name);
    return field == null ? line : field.line();
  }

  private @Nullable YamlNode value(String name) {
    known.add(name);
    YamlNode.Field field = fields.get(name);
    return field == null || field.value() instanceof YamlNode.Nothing ? null : field.value();
  }

  Optional<String> text(String name) throws YamlProblem {
    YamlNode value = value(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof YamlNode.Scalar scalar) {
      return Optional.of(scalar.text());
    }
    throw new YamlProblem(value.line(), "'" + name + "' is not a text");
  }

  String required(String name) throws YamlProblem {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      throw new YamlProblem(line, "'" + name + "' is missing");
    }
    return text.get();
  }

  boolean flag(String name) throws YamlProblem {
    Optional<String> text = text(name);
    if (text.isEmpty() || text.get().equals("false")) {
      return false;
    }
    if (text.get().equals("true")) {
      return true;
    }
    throw new YamlProblem(line(name), "'" + name + "' is neither true nor false");
  }

  Optional<Instant> instant(String name) throws YamlProblem {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text.get()));
    } catch (DateTimeParseException e) {
      throw new YamlProblem(
          line(name), "'" + name + "' is not a time (expected: as 2026-11-30T12:00:00Z)");
    }
  }

  /** A list of texts, or one alone. */
  List<String> texts(String name) throws YamlProblem {
    YamlNode value = value(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof YamlNode.Scalar scalar) {
      return List.of(scalar.text());
    }
    List<String> texts = new ArrayList<>();
    List<YamlNode> items = value instanceof YamlNode.Items list ? list.items() : List.of(value);
    for (YamlNode item : items) {
      if (!(item instanceof YamlNode.Scalar scalar)) {
        throw new YamlProblem(item.line(), "'" + name + "' is not a list of texts");
      }
      texts.add(scalar.text());
    }
    return texts;
  }

  /** To be called last: a field that nobody knows is a slip of the hand, and might be a limit. */
  void requireNothingElse() throws YamlProblem {
    for (Map.Entry<String, YamlNode.Field> field : fields.entrySet()) {
      if (!known.contains(field.getKey())) {
        throw new YamlProblem(
            field.getValue().line(),
            "'"
                + field.getKey()
                + "' is not known (expected: "
                + String.join(", ", known.stream().sorted().toList())
                + ")");
      }
    }
  }
}
