package dev.mallard.cli.output;

import java.io.OutputStream;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Tab-separated values with a line of names. A null is {@code \N}; tabs, line ends and backslashes
 * in values are {@code \t}, {@code \n}, {@code \r} and {@code \\}, so that a line is a row.
 */
final class TsvSink extends DelimitedSink {
  TsvSink(Schema schema, BufferAllocator allocator, OutputStream target) {
    super(schema, allocator, target, '\t');
  }

  @Override
  void putNull(TextBuffer text) {
    text.put("\\N");
  }

  @Override
  void protect(TextBuffer text, int start, TextCell.Look look) {
    if (look == TextCell.Look.NUMBER || isClean(text, start)) {
      return;
    }
    byte[] plain = Arrays.copyOfRange(text.array(), start, text.length());
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

  private static boolean isClean(TextBuffer text, int start) {
    boolean clean = true;
    for (int at = start; at < text.length(); at++) {
      byte b = text.array()[at];
      clean &= b != '\t' && b != '\n' && b != '\r' && b != '\\';
    }
    return clean;
  }
}
