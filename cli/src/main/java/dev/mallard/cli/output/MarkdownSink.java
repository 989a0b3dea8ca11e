package dev.mallard.cli.output;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table as GitHub's Markdown has it; numbers stand at the right, a null is {@code NULL}. */
final class MarkdownSink extends TextSink {
  MarkdownSink(Schema schema, BufferAllocator allocator, OutputStream target) {
    super(schema, allocator, target);
    for (Field field : schema.getFields()) {
      text().put("| ");
      escape(field.getName().getBytes(StandardCharsets.UTF_8));
      text().put(' ');
    }
    text().put("|\n");
    for (TextCell cell : cells()) {
      text().put(cell.look() == TextCell.Look.NUMBER ? "|---:" : "|---");
    }
    text().put("|\n");
  }

  @Override
  void writeRow(int row) {
    TextBuffer text = text();
    for (TextCell cell : cells()) {
      text.put("| ");
      if (cell.isNull(row)) {
        text.put("NULL");
      } else {
        int start = text.length();
        cell.write(row, text);
        if (cell.look() != TextCell.Look.NUMBER) {
          byte[] plain = Arrays.copyOfRange(text.array(), start, text.length());
          text.truncate(start);
          escape(plain);
        }
      }
      text.put(' ');
    }
    text.put("|\n");
  }

  private void escape(byte[] plain) {
    for (byte b : plain) {
      switch (b) {
        case '|' -> text().put("\\|");
        case '\\' -> text().put("\\\\");
        case '\n' -> text().put("<br>");
        case '\r' -> {}
        default -> text().write(b);
      }
    }
  }
}
