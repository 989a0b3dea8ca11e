package dev.mallard.cli.output;

import java.io.OutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A line of names, then a line for each row, with a separator between the fields. */
abstract class DelimitedSink extends TextSink {
  private final char separator;

  DelimitedSink(Schema schema, BufferAllocator allocator, OutputStream target, char separator) {
    super(schema, allocator, target);
    this.separator = separator;
    TextBuffer text = text();
    boolean first = true;
    for (Field field : schema.getFields()) {
      if (!first) {
        text.put(separator);
      }
      first = false;
      int start = text.length();
      text.putUtf8(field.getName());
      protect(text, start, TextCell.Look.TEXT);
    }
    text.put('\n');
  }

  @Override
  final void writeRow(int row) {
    TextCell[] cells = cells();
    TextBuffer text = text();
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        text.put(separator);
      }
      TextCell cell = cells[i];
      if (cell.isNull(row)) {
        putNull(text);
      } else {
        int start = text.length();
        cell.write(row, text);
        protect(text, start, cell.look());
      }
    }
    text.put('\n');
  }

  abstract void putNull(TextBuffer text);

  /** Makes one field of what stands from {@code start} on, if it could be taken for several. */
  abstract void protect(TextBuffer text, int start, TextCell.Look look);
}
