package dev.mallard.arrow;

import java.nio.ByteBuffer;

/** Is it UTF-8? Eight ASCII bytes at a time, anything else one character at a time. */
final class Utf8 {
  static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  static boolean isContinuation(byte b) {
    return b < (byte) 0xC0;
  }

  /** Where the first byte that is not ASCII stands, or {@code to}. */
  static int asciiEnd(ByteBuffer bytes, int from, int to) {
    int i = from;
    // Four words a turn: the tests are few enough for the loads to be the limit.
    for (; i + 32 <= to; i += 32) {
      long any =
          bytes.getLong(i) | bytes.getLong(i + 8) | bytes.getLong(i + 16) | bytes.getLong(i + 24);
      if ((any & HIGH_BITS) != 0) {
        break;
      }
    }
    while (i < to && bytes.get(i) >= 0) {
      i++;
    }
    return i;
  }

  /** Whether the bytes from {@code from} to {@code to} are whole, well-formed characters. */
  static boolean isValid(ByteBuffer bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (i + 8 <= to && (bytes.getLong(i) & HIGH_BITS) == 0) {
        i += 8;
        continue;
      }
      int length = characterLength(bytes, i, to);
      if (length == 0) {
        return false;
      }
      i += length;
    }
    return true;
  }

  /** Bytes of the character at {@code i}, or 0 if there is none (RFC 3629). */
  private static int characterLength(ByteBuffer bytes, int i, int to) {
    int first = bytes.get(i) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
      return 0;
    }
    if (first < 0xE0) {
      return i + 2 <= to && isContinuation(bytes.get(i + 1)) ? 2 : 0;
    }
    int length = first < 0xF0 ? 3 : 4;
    if (i + length > to) {
      return 0;
    }
    int second = bytes.get(i + 1) & 0xff;
    int least =
        switch (first) {
          case 0xE0 -> 0xA0; // no overlong forms
          case 0xF0 -> 0x90;
          default -> 0x80;
        };
    int most =
        switch (first) {
          case 0xED -> 0x9F; // no surrogates
          case 0xF4 -> 0x8F; // nothing beyond U+10FFFF
          default -> 0xBF;
        };
    if (second < least || second > most || !isContinuation(bytes.get(i + 2))) {
      return 0;
    }
    return length == 3 || isContinuation(bytes.get(i + 3)) ? length : 0;
  }
}
