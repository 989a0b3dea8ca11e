package dev.mallard.parquet.internal.read;

import java.math.BigInteger;

/** The conversions between widths, units and byte orders. */
final class FixedConversions {
  private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;

  private FixedConversions() {}

  /** INT32 to a narrower integer of {@code width} bytes. */
  static FixedConversion narrow(int width) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        int value = Bytes.getInt(in, inAt + 4 * i);
        if (width == 1) {
          out[outAt + i] = (byte) value;
        } else {
          Bytes.putShort(out, outAt + 2 * i, (short) value);
        }
      }
    };
  }

  /** INT64 to uint32, as files of format version 1.0 have it. */
  static void longToUnsignedInt(byte[] in, int inAt, byte[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      long value = Bytes.getLong(in, inAt + 8 * i);
      if (value >>> 32 != 0) {
        throw new CorruptPageException("the value " + value + " is not a uint32");
      }
      Bytes.putInt(out, outAt + 4 * i, (int) value);
    }
  }

  /** INT32 to int64, times {@code factor}. */
  static FixedConversion widen(long factor) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        Bytes.putLong(out, outAt + 8 * i, Bytes.getInt(in, inAt + 4 * i) * factor);
      }
    };
  }

  static FixedConversion divideInts(int divisor) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        int value = Bytes.getInt(in, inAt + 4 * i);
        checkDivides(value, divisor);
        Bytes.putInt(out, outAt + 4 * i, value / divisor);
      }
    };
  }

  static FixedConversion divideLongs(long divisor) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        long value = Bytes.getLong(in, inAt + 8 * i);
        checkDivides(value, divisor);
        Bytes.putLong(out, outAt + 8 * i, value / divisor);
      }
    };
  }

  private static void checkDivides(long value, long divisor) {
    if (value % divisor != 0) {
      throw new CorruptPageException("the value " + value + " is finer than the column's unit");
    }
  }

  /** Little-endian numbers of {@code from} bytes to wider ones. */
  static FixedConversion signExtend(int from, int to) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        int source = inAt + i * from;
        int target = outAt + i * to;
        long value = from == 4 ? Bytes.getInt(in, source) : Bytes.getLong(in, source);
        Bytes.putLong(out, target, value);
        for (int at = 8; at < to; at += 8) {
          Bytes.putLong(out, target + at, value >> 63);
        }
      }
    };
  }

  /** Big-endian numbers to little-endian ones of another width. */
  static FixedConversion fromBigEndian(int from, int to) {
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        fromBigEndian(in, inAt + i * from, from, out, outAt + i * to, to);
      }
    };
  }

  static void fromBigEndian(byte[] in, int at, int length, byte[] out, int target, int width) {
    byte sign = length > 0 && in[at] < 0 ? (byte) -1 : 0;
    int kept = Math.min(length, width);
    for (int i = 0; i < kept; i++) {
      out[target + i] = in[at + length - 1 - i];
    }
    for (int i = kept; i < width; i++) {
      out[target + i] = sign;
    }
    for (int i = 0; i < length - width; i++) {
      if (in[at + i] != sign) {
        throw new CorruptPageException(
            "the decimal " + new BigInteger(in, at, length) + " is wider than its column");
      }
    }
    if (length > width && (out[target + width - 1] < 0) != (sign < 0)) {
      throw new CorruptPageException("a decimal is wider than its column");
    }
  }

  /**
   * INT96: nanoseconds of the day, then the Julian day.
   *
   * @param unitsPerSecond of the timestamp
   */
  static FixedConversion int96(long unitsPerSecond) {
    long nanosPerUnit = 1_000_000_000L / unitsPerSecond;
    return (in, inAt, out, outAt, count) -> {
      for (int i = 0; i < count; i++) {
        long nanos = Bytes.getLong(in, inAt + 12 * i);
        long days = (Bytes.getInt(in, inAt + 12 * i + 8) & 0xFFFFFFFFL) - JULIAN_DAY_OF_EPOCH;
        checkDivides(nanos, nanosPerUnit);
        // Wraps for days that nanoseconds cannot express, as every other reader does.
        Bytes.putLong(out, outAt + 8 * i, days * 86_400L * unitsPerSecond + nanos / nanosPerUnit);
      }
    };
  }

  /** INTERVAL (months, days, milliseconds; unsigned) to months, days, nanoseconds. */
  static void intervalToMonthDayNano(byte[] in, int inAt, byte[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      Bytes.putLong(out, outAt + 16 * i, Bytes.getLong(in, inAt + 12 * i));
      long millis = Bytes.getInt(in, inAt + 12 * i + 8);
      Bytes.putLong(out, outAt + 16 * i + 8, millis * 1_000_000L);
    }
  }

  static void intervalToYearMonth(byte[] in, int inAt, byte[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      Bytes.putInt(out, outAt + 4 * i, Bytes.getInt(in, inAt + 12 * i));
    }
  }

  static void intervalToDayTime(byte[] in, int inAt, byte[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      Bytes.putLong(out, outAt + 8 * i, Bytes.getLong(in, inAt + 12 * i + 4));
    }
  }
}
