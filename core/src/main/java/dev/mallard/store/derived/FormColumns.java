package dev.mallard.store.derived;

import dev.mallard.arrow.MessageColumns;
import dev.mallard.arrow.MessageColumns.Choice;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.UnstorableColumn;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a dataset that a form in another format has: without those whose type that has no
 * word for, and with nothing in those that have a value which it cannot hold. Immutable.
 *
 * @param missing why the form does not have a column, by its index in the dataset
 * @param blank why the form has a column without its values, likewise
 */
record FormColumns(Schema schema, Map<Integer, String> missing, Map<Integer, String> blank) {
  private static final String BLANK = "mallard:blank-columns";

  /** Before any value has been seen. */
  static FormColumns of(Schema schema, FileFormat format) {
    Map<Integer, String> missing = new TreeMap<>();
    List<Field> fields = schema.getFields();
    for (int i = 0; i < fields.size(); i++) {
      try {
        format.checkStorable(new Schema(List.of(fields.get(i))));
      } catch (MallardException e) {
        missing.put(i, UnstorableColumn.of(e).orElseThrow(() -> e).reason());
      }
    }
    return new FormColumns(schema, missing, Map.of());
  }

  /** As it says in the footer of a form that was made. */
  FormColumns asWritten(Map<String, String> properties) {
    Map<Integer, String> found = new TreeMap<>();
    for (String line : properties.getOrDefault(BLANK, "").lines().toList()) {
      int space = line.indexOf(' ');
      found.put(Integer.parseInt(line.substring(0, space)), line.substring(space + 1));
    }
    return new FormColumns(schema, missing, found);
  }

  /** For the footer of the form. */
  Map<String, String> properties() {
    if (blank.isEmpty()) {
      return Map.of();
    }
    List<String> lines = new ArrayList<>();
    blank.forEach((column, reason) -> lines.add(column + " " + reason.replace('\n', ' ')));
    return Map.of(BLANK, String.join("\n", lines));
  }

  /**
   * Without the values that a writer of these columns has refused.
   *
   * @param refused by its index in the form
   * @return empty if that cannot be
   */
  Optional<FormColumns> without(UnstorableColumn refused) {
    int inForm = 0;
    for (int i = 0; i < schema.getFields().size(); i++) {
      if (missing.containsKey(i)) {
        continue;
      }
      if (inForm++ == refused.column() && !blank.containsKey(i)) {
        Map<Integer, String> more = new TreeMap<>(blank);
        more.put(i, refused.reason());
        return Optional.of(new FormColumns(schema, missing, more));
      }
    }
    return Optional.empty();
  }

  boolean isWhole() {
    return missing.isEmpty() && blank.isEmpty();
  }

  /** What brings the dataset's messages into this form. */
  MessageColumns messages() {
    List<Choice> choices = new ArrayList<>();
    for (int i = 0; i < schema.getFields().size(); i++) {
      choices.add(
          missing.containsKey(i) ? Choice.DROP : blank.containsKey(i) ? Choice.BLANK : Choice.KEEP);
    }
    return new MessageColumns(schema, choices);
  }
}
