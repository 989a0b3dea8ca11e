package dev.mallard.cli.output;

import java.io.OutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Tab-separated values with a line of names. A null is {@code \N}; tabs, line ends and backslashes
 * in values are {@code \t}, {@code \n}, {@code \r} and {@code \\}, so that a line is a row.
 */
final class TsvSink extends TextSink {
  TsvSink(Schema schema, BufferAllocator allocator, OutputStream target) {
    super(schema, allocator, target);
    String separator = "";
    for (Field field : schema.getFields()) {
      text().put(separator);
      int start = text().length();
      text().putUtf8(field.getName());
      escape(text(), start);
      separator = "\t";
    }
    text().put('\n');
  }

  @Override
  void writeRow(int row) {
    TextCell[] cells = cells();
    TextBuffer text = text();
    for (int i = 0; i < cells.length; i++) {
      if (i > 0) {
        text.put('\t');
      }
      if (cells[i].isNull(row)) {
        text.put("\\N");
        continue;
      }
      int start = text.length();
      cells[i].write(row, text);
      if (cells[i].look() != TextCell.Look.NUMBER) {
        escape(text, start);
      }
    }
    text.put('\n');
  }

  private static void escape(TextBuffer text, int start) {
    boolean clean = true;
    for (int at = start; at < text.length(); at++) {
      byte b = text.array()[at];
      clean &= b != '\t' && b != '\n' && b != '\r' && b != '\\';
    }
    if (clean) {
      return;
    }
    byte[] plain = java.util.Arrays.copyOfRange(text.array(), start, text.length());
    text.truncate(start);
    for (byte b : plain) {
      switch (b) {
        case '\t' -> text.put("\\t");
        case '\n' -> text.put("\\n");
        case '\r' -> text.put("\\r");
        case '\\' -> text.put("\\\\");
        default -> text.write(b);
      }
    }
  }
}
