package dev.mallard.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/** UTF-8 text that grows, without a String for each value. Not thread-safe. */
final class TextBuffer extends OutputStream {
  private static final byte[] MIN_LONG = "-9223372036854775808".getBytes(StandardCharsets.US_ASCII);
  private static final int LONG_DIGITS = 20;

  private byte[] bytes;
  private int length;

  TextBuffer(int capacity) {
    this.bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  /** Forgets what is behind {@code newLength}. */
  void truncate(int newLength) {
    length = newLength;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }

  TextBuffer put(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** ASCII only. */
  TextBuffer put(String ascii) {
    int count = ascii.length();
    room(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  TextBuffer putUtf8(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    write(encoded, 0, encoded.length);
    return this;
  }

  void put(ArrowBuf source, long start, int count) {
    room(count);
    source.getBytes(start, bytes, length, count);
    length += count;
  }

  void put(long value) {
    if (value == Long.MIN_VALUE) {
      write(MIN_LONG, 0, MIN_LONG.length);
      return;
    }
    room(LONG_DIGITS);
    long rest = Math.abs(value);
    if (value < 0) {
      bytes[length++] = '-';
    }
    int digits = digits(rest);
    for (int at = length + digits - 1; at >= length; at--) {
      long tenth = rest / 10;
      bytes[at] = (byte) ('0' + (rest - tenth * 10));
      rest = tenth;
    }
    length += digits;
  }

  /** With zeros in front up to {@code width}; not negative, not longer. */
  void putPadded(int value, int width) {
    room(width);
    int rest = value;
    for (int at = length + width - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
  }

  private static int digits(long value) {
    int digits = 1;
    for (long limit = 10; value >= limit; limit *= 10) {
      digits++;
      if (digits == LONG_DIGITS - 1) {
        break;
      }
    }
    return digits;
  }

  @Override
  public void write(int b) {
    room(1);
    bytes[length++] = (byte) b;
  }

  @Override
  public void write(byte[] source, int offset, int count) {
    room(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /** Writes all of it to {@code target} and is empty. */
  void drainTo(OutputStream target) throws IOException {
    target.write(bytes, 0, length);
    length = 0;
  }

  /** The text from {@code start} on. */
  String text(int start) {
    return new String(bytes, start, length - start, StandardCharsets.UTF_8);
  }
}
