package dev.mallard.duckdb;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns' names without the types that were written into a statement for its parameters: DuckDB
 * names a column after its expression, {@code (1 + CAST($1 AS BIGINT))} for {@code 1 + ?}.
 */
final class TypedNames {
  private TypedNames() {}

  /**
   * @param written what stands for each parameter; none for a statement as it came
   */
  static Schema restored(Schema schema, List<String> written) {
    if (schema.getFields().stream().allMatch(field -> field.getName().indexOf('$') < 0)) {
      return schema;
    }
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      FieldType type =
          new FieldType(
              field.isNullable(), field.getType(), field.getDictionary(), field.getMetadata());
      fields.add(new Field(restored(field.getName(), written), type, field.getChildren()));
    }
    return new Schema(fields, schema.getCustomMetadata());
  }

  static String restored(String name, List<String> written) {
    String result = name;
    for (int i = 0; i < written.size(); i++) {
      String mark = ParameterMarks.mark(i);
      int at = written.get(i).indexOf(mark + " ");
      if (at > 0) {
        result = restored(result, written.get(i).substring(0, at + mark.length()), mark);
      }
    }
    return result;
  }

  /**
   * @param beginning of what was written, up to the mark
   */
  private static String restored(String name, String beginning, String mark) {
    int open = (int) beginning.chars().filter(c -> c == '(').count();
    StringBuilder text = new StringBuilder();
    int from = 0;
    int at;
    while ((at = name.indexOf(beginning + " ", from)) >= 0) {
      int end = closing(name, at + beginning.length(), open);
      if (end < 0) {
        break;
      }
      text.append(name, from, at).append(mark);
      from = end;
    }
    return text.append(name.substring(from)).toString();
  }

  /** Behind where so many parentheses are closed, or −1; not looking into quotes. */
  private static int closing(String text, int from, int open) {
    int depth = open;
    boolean quoted = false;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
      } else if (!quoted && c == ')' && --depth == 0) {
        return i + 1;
      }
    }
    return -1;
  }
}
