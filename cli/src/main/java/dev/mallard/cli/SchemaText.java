package dev.mallard.cli;

import dev.mallard.cli.output.TextTable;
import dev.mallard.cli.output.TypeNames;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A schema for people. */
final class SchemaText {
  private SchemaText() {}

  /** A line for each column: its name, its type, whether it may be null. */
  static List<String> lines(Schema schema) {
    List<TextTable.Column> columns =
        List.of(
            TextTable.Column.text("NAME"),
            TextTable.Column.text("TYPE"),
            TextTable.Column.text("NULLS"));
    TextTable table = new TextTable(columns);
    for (Field field : schema.getFields()) {
      table.add(field.getName(), TypeNames.of(field), field.isNullable() ? "yes" : "no");
    }
    return table.plain();
  }
}
