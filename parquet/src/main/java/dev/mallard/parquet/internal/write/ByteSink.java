package dev.mallard.parquet.internal.write;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes, for what is made bit by bit: levels, indices, headers. */
final class ByteSink {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[4096];
  private int size;

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  void clear() {
    size = 0;
  }

  /** Makes room for {@code more} bytes and 8 beyond, so that whole longs can be stored. */
  void ensure(long more) {
    long needed = size + more + 8;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - 64) {
        throw new OffHeapBuffer.TooLargeException();
      }
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 64, Math.max(needed, 2L * bytes.length)));
    }
  }

  void put(int value) {
    ensure(1);
    bytes[size++] = (byte) value;
  }

  void putVarInt(int value) {
    putVarLong(value & 0xFFFF_FFFFL);
  }

  void putVarLong(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Stores 8 bytes, of which {@code count} are meant; {@link #ensure} must have been called. */
  void putPartOfLong(long value, int count) {
    LONG.set(bytes, size, value);
    size += count;
  }

  void putLongs(long[] values, int count) {
    ensure(count * 8L);
    for (int i = 0; i < count; i++) {
      LONG.set(bytes, size + i * 8, values[i]);
    }
    size += count * 8;
  }

  void truncateBy(int count) {
    size -= count;
  }
}
