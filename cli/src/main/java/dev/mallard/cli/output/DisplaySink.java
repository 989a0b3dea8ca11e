package dev.mallard.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The first rows as a table for people: names and types above, numbers at the right, {@code NULL}
 * visible, long values cut. Holds the rows that it will show, and none of the others.
 */
public final class DisplaySink extends VectorSink {
  private final OutputStream target;
  private final DisplayOptions options;
  private final List<TextCell> cells;
  private final TextTable table;
  private final TextBuffer buffer = new TextBuffer(256);
  private long shown;

  /**
   * @param schema in message form
   */
  public DisplaySink(
      Schema schema, BufferAllocator allocator, OutputStream target, DisplayOptions options) {
    super(schema, allocator);
    this.target = target;
    this.options = options;
    TextCells kinds = new TextCells(dictionaries(), ' ');
    this.cells =
        root().getFieldVectors().stream().map((FieldVector vector) -> kinds.of(vector)).toList();
    List<TextTable.Column> columns = new ArrayList<>();
    for (int i = 0; i < cells.size(); i++) {
      columns.add(
          new TextTable.Column(
              List.of(
                  DisplayText.visible(schema.getFields().get(i).getName()),
                  TypeNames.of(schema.getFields().get(i))),
              cells.get(i).look() == TextCell.Look.NUMBER));
    }
    this.table = new TextTable(columns);
  }

  /** Rows that the table has. */
  public long shown() {
    return shown;
  }

  @Override
  void writeRows(int rows) {
    for (int row = 0; row < rows; row++) {
      if (options.maxRows() > 0 && shown >= options.maxRows()) {
        return;
      }
      List<String> line = new ArrayList<>(cells.size());
      for (TextCell cell : cells) {
        line.add(text(cell, row));
      }
      table.add(line);
      shown++;
    }
  }

  private String text(TextCell cell, int row) {
    if (cell.isNull(row)) {
      return "NULL";
    }
    buffer.truncate(0);
    cell.write(row, buffer);
    return DisplayText.cut(DisplayText.visible(buffer.text(0)), options.maxCell());
  }

  @Override
  public void finish() throws IOException {
    for (String line : table.boxed(options.columns())) {
      target.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
    target.flush();
  }
}
