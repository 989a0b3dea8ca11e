package dev.mallard.parquet.internal.read;

import java.util.Arrays;

/**
 * Parquet's hybrid of run-length and bit-packed groups, for levels and dictionary indices.
 *
 * @see <a
 *     href="https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE">Encodings</a>
 */
final class RleBitPackedDecoder {
  private byte[] bytes = new byte[Bytes.SLACK];
  private int position;
  private int end;
  private int bitWidth;
  private int mask;

  private int runLeft;
  private boolean runPacked;
  private int runValue;
  private long packedBit;

  /** The array must have {@link Bytes#SLACK} bytes behind {@code to}. */
  void init(byte[] source, int from, int to, int width) {
    if (width < 0 || width > 32 || from < 0 || from > to || to > source.length - Bytes.SLACK) {
      throw new CorruptPageException("bit width " + width + " in " + (to - from) + " bytes");
    }
    bytes = source;
    position = from;
    end = to;
    bitWidth = width;
    mask = width == 32 ? -1 : (1 << width) - 1;
    runLeft = 0;
  }

  /** Appends {@code count} presence flags: 1 where the value is {@code present}. */
  void readPresence(BitmapWriter target, int count) {
    int left = count;
    while (left > 0) {
      nextRunIfNeeded();
      int step = Math.min(left, runLeft);
      if (runPacked) {
        target.appendBits(bytes, packedBit, step);
        packedBit += step;
      } else {
        target.appendRun(runValue != 0, step);
      }
      runLeft -= step;
      left -= step;
    }
  }

  void readInts(int[] target, int offset, int count) {
    int at = offset;
    int left = count;
    while (left > 0) {
      nextRunIfNeeded();
      int step = Math.min(left, runLeft);
      if (runPacked) {
        unpack(target, at, step);
      } else {
        Arrays.fill(target, at, at + step, runValue);
      }
      runLeft -= step;
      at += step;
      left -= step;
    }
  }

  /** Levels; none may be above {@code max}. */
  void readLevels(byte[] target, int count, int max) {
    int at = 0;
    while (at < count) {
      nextRunIfNeeded();
      int step = Math.min(count - at, runLeft);
      if (runPacked) {
        unpackLevels(target, at, step, max);
      } else {
        if (Integer.compareUnsigned(runValue, max) > 0) {
          throw new CorruptPageException("level " + runValue + " above " + max);
        }
        Arrays.fill(target, at, at + step, (byte) runValue);
      }
      runLeft -= step;
      at += step;
    }
  }

  private void unpack(int[] target, int at, int count) {
    long bit = packedBit;
    int width = bitWidth;
    int bits = mask;
    byte[] source = bytes;
    for (int i = at, stop = at + count; i < stop; i++) {
      target[i] = (int) (Bytes.getLong(source, (int) (bit >>> 3)) >>> (bit & 7)) & bits;
      bit += width;
    }
    packedBit = bit;
  }

  private void unpackLevels(byte[] target, int at, int count, int max) {
    long bit = packedBit;
    for (int i = at, stop = at + count; i < stop; i++) {
      int level = (int) (Bytes.getLong(bytes, (int) (bit >>> 3)) >>> (bit & 7)) & mask;
      if (level > max) {
        throw new CorruptPageException("level " + level + " above " + max);
      }
      target[i] = (byte) level;
      bit += bitWidth;
    }
    packedBit = bit;
  }

  private void nextRunIfNeeded() {
    while (runLeft == 0) {
      nextRun();
    }
  }

  private void nextRun() {
    int header = readVarInt();
    runPacked = (header & 1) == 1;
    int units = header >>> 1;
    if (runPacked) {
      packedRun(units);
    } else {
      runLeft = units;
      runValue = readRunValue();
    }
    if (runLeft == 0 && position >= end) {
      throw outOfBytes();
    }
  }

  /** Some writers cut the last group short: then what is there counts. */
  private void packedRun(int groups) {
    long values = groups * 8L;
    long runBytes = (long) groups * bitWidth;
    long available = end - (long) position;
    if (runBytes > available) {
      values = bitWidth == 0 ? values : available * 8 / bitWidth;
      runBytes = available;
      if (values == 0) {
        throw outOfBytes();
      }
    }
    runLeft = (int) Math.min(values, Integer.MAX_VALUE);
    packedBit = (long) position * 8;
    position += (int) runBytes;
  }

  private int readRunValue() {
    int width = (bitWidth + 7) >>> 3;
    if (width > end - position) {
      throw outOfBytes();
    }
    int value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[position++] & 0xFF) << (8 * i);
    }
    return value & mask;
  }

  private int readVarInt() {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (position >= end) {
        throw outOfBytes();
      }
      byte next = bytes[position++];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new CorruptPageException("a run length of more than 32 bits");
  }

  private static CorruptPageException outOfBytes() {
    return new CorruptPageException("a page holds fewer values than it says");
  }
}
