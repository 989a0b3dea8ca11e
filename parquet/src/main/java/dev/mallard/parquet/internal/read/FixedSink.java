package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/** Values of a fixed width of whole bytes. */
final class FixedSink extends ValueSink {
  private static final int CHUNK = 1024;
  private static final long MAX_FIRST_BYTES = 4 << 20;

  private final int physicalWidth;
  private final int width;
  private final @Nullable FixedConversion conversion;
  private final GrowingBuffer values;
  private final int[] ids = new int[CHUNK];
  private byte[] scratch = new byte[0];
  private int count;

  private int dictionarySize;
  private int[] ints = new int[0];
  private long[] longs = new long[0];
  private byte[] others = new byte[0];

  FixedSink(
      ColumnType.Fixed type,
      BufferAllocator allocator,
      PageTranscoder transcoder,
      int decimalWidth) {
    super(allocator, transcoder, decimalWidth);
    this.physicalWidth = type.physicalWidth();
    this.width = type.arrowWidth();
    this.conversion = type.conversion();
    this.values = new GrowingBuffer(allocator);
  }

  @Override
  void loadDictionary(int size, byte[] bytes, int from, int end) {
    if ((long) size * physicalWidth > end - from) {
      throw new CorruptPageException("a dictionary shorter than its " + size + " values");
    }
    if ((long) size * width > PageReader.MAX_PAGE_BYTES) {
      throw new CorruptPageException("a dictionary of " + size + " values");
    }
    byte[] converted = bytes;
    int start = from;
    if (conversion != null) {
      converted = new byte[size * width + Bytes.SLACK];
      start = 0;
      conversion.convert(bytes, from, converted, 0, size);
    }
    dictionarySize = size;
    if (width == 4) {
      ints = new int[size];
      for (int i = 0; i < size; i++) {
        ints[i] = Bytes.getInt(converted, start + 4 * i);
      }
    } else if (width == 8) {
      longs = new long[size];
      for (int i = 0; i < size; i++) {
        longs[i] = Bytes.getLong(converted, start + 8 * i);
      }
    } else {
      others = new byte[size * width];
      System.arraycopy(converted, start, others, 0, others.length);
    }
  }

  @Override
  void begin(int expectedValues) {
    count = 0;
    values.begin(Math.min(MAX_FIRST_BYTES, (long) expectedValues * width));
  }

  @Override
  void read(int more) {
    long needed = ((long) count + more) * width;
    if (!indexed && (long) more * physicalWidth > to - at) {
      throw tooFew();
    }
    values.reserve(needed, (long) count * width);
    if (indexed) {
      gather(more);
    } else if (conversion == null) {
      values.setBytes((long) count * width, plain, at, more * width);
      at += more * width;
      count += more;
    } else {
      convert(conversion, more);
    }
  }

  private void convert(FixedConversion how, int more) {
    if (scratch.length == 0) {
      scratch = new byte[CHUNK * width];
    }
    for (int left = more; left > 0; ) {
      int step = Math.min(left, CHUNK);
      how.convert(plain, at, scratch, 0, step);
      values.setBytes((long) count * width, scratch, 0, step * width);
      at += step * physicalWidth;
      count += step;
      left -= step;
    }
  }

  private void gather(int more) {
    for (int left = more; left > 0; ) {
      int step = Math.min(left, CHUNK);
      indices.readInts(ids, 0, step);
      long target = values.address() + (long) count * width;
      switch (width) {
        case 4 -> gatherInts(target, step);
        case 8 -> gatherLongs(target, step);
        default -> gatherOthers(target, step);
      }
      count += step;
      left -= step;
    }
  }

  private void gatherInts(long target, int step) {
    int[] from = ints;
    for (int i = 0; i < step; i++) {
      MemoryUtil.putInt(target + 4L * i, from[ids[i]]);
    }
  }

  private void gatherLongs(long target, int step) {
    long[] from = longs;
    for (int i = 0; i < step; i++) {
      MemoryUtil.putLong(target + 8L * i, from[ids[i]]);
    }
  }

  private void gatherOthers(long target, int step) {
    for (int i = 0; i < step; i++) {
      int id = ids[i];
      if (id < 0 || id >= dictionarySize) {
        throw new CorruptPageException("index " + id + " in a dictionary of " + dictionarySize);
      }
      MemoryUtil.copyToMemory(others, (long) id * width, target + (long) i * width, width);
    }
  }

  @Override
  void finish(int slots, BitmapWriter present, List<ArrowBuf> target) {
    if (count < slots) {
      values.reserve((long) slots * width, (long) count * width);
      Spreading.spread(values.address(), width, count, slots, present);
    }
    target.add(values.finish((long) slots * width));
  }

  @Override
  public void close() {
    values.close();
  }
}
