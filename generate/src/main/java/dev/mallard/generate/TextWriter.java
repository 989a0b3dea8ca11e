package dev.mallard.generate;

import java.util.Arrays;

/** The bytes of a text column of one batch, value after value. Not thread-safe. */
final class TextWriter {
  private byte[] bytes;
  private int length;

  TextWriter(int capacity) {
    this.bytes = new byte[Math.max(64, capacity)];
  }

  /** Bytes written so far. */
  int length() {
    return length;
  }

  /** The bytes written, and perhaps more; not to be changed. */
  byte[] array() {
    return bytes;
  }

  TextWriter put(byte[] text) {
    return put(text, 0, text.length);
  }

  TextWriter put(byte[] text, int from, int count) {
    reserve(count);
    System.arraycopy(text, from, bytes, length, count);
    length += count;
    return this;
  }

  /** Text of ASCII characters alone. */
  TextWriter put(String ascii) {
    reserve(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  TextWriter put(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  /** In decimal digits, without leading zeros. */
  TextWriter number(long value) {
    int width = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      width++;
    }
    return digits(value, width);
  }

  /** In decimal digits, with leading zeros up to a width. */
  TextWriter digits(long value, int width) {
    reserve(width);
    long rest = value;
    for (int i = length + width - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += width;
    return this;
  }

  private void reserve(int count) {
    int needed = Math.addExact(length, count);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, needed * 2L));
    }
  }
}
