package dev.mallard.cli.output;

import java.io.OutputStream;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Comma-separated values as in RFC 4180, with a line of names, and line feeds. A null is nothing at
 * all, an empty text is {@code ""}; what has a comma, a quote or a line end in it is quoted.
 */
final class CsvSink extends DelimitedSink {
  private static final boolean[] SPECIAL = new boolean[256];

  static {
    for (char special : ",\"\r\n".toCharArray()) {
      SPECIAL[special] = true;
    }
  }

  CsvSink(Schema schema, BufferAllocator allocator, OutputStream target) {
    super(schema, allocator, target, ',');
  }

  @Override
  void putNull(TextBuffer text) {}

  @Override
  void protect(TextBuffer text, int start, TextCell.Look look) {
    if (look != TextCell.Look.TEXT) {
      return;
    }
    int end = text.length();
    byte[] bytes = text.array();
    int at = start;
    while (at < end && !SPECIAL[bytes[at] & 0xff]) {
      at++;
    }
    if (at == end && end > start) {
      return;
    }
    byte[] plain = Arrays.copyOfRange(bytes, start, end);
    text.truncate(start);
    text.put('"');
    for (byte b : plain) {
      if (b == '"') {
        text.put('"');
      }
      text.write(b);
    }
    text.put('"');
  }
}
