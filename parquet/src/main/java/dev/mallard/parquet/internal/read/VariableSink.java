package dev.mallard.parquet.internal.read;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Strings and other bytes of any length: first the lengths, then the bytes in bulk. */
final class VariableSink extends ValueSink {
  private static final int CHUNK = 1024;

  /** Values up to this length are copied as two longs, which may run over by so much. */
  private static final int SHORT = 16;

  private static final int MAX_BATCH_BYTES = Integer.MAX_VALUE - 64;

  private final ColumnType.Layout layout;
  private final GrowingBuffer data;
  private final int[] ids = new int[CHUNK];

  /** Dense ends of the values: value i lies between ends[i] and ends[i + 1]. */
  private int[] ends = new int[CHUNK + 1];

  private int count;

  /** Of the current page, if its lengths stand apart from the bytes; and how many were taken. */
  private int[] lengths = new int[0];

  private boolean apart;
  private int taken;

  private byte[] dictionaryBytes = new byte[Bytes.SLACK];
  private int[] dictionaryEnds = new int[1];
  private int dictionarySize;

  VariableSink(ColumnType.Layout layout, BufferAllocator allocator, PageTranscoder transcoder) {
    super(allocator, transcoder, 0);
    this.layout = layout;
    this.data = new GrowingBuffer(allocator);
  }

  @Override
  void loadDictionary(int size, byte[] bytes, int from, int end) {
    if (size > (end - from) / 4) {
      throw new CorruptPageException("a dictionary shorter than its " + size + " values");
    }
    dictionarySize = size;
    dictionaryBytes = new byte[end - from - 4 * size + Bytes.SLACK];
    dictionaryEnds = new int[size + 1];
    int source = from;
    int total = 0;
    for (int i = 0; i < size; i++) {
      int length = lengthAt(bytes, source, end);
      // Long enough: every length before had its four bytes too; the last check is the array's.
      System.arraycopy(bytes, source + 4, dictionaryBytes, total, length);
      total += length;
      dictionaryEnds[i + 1] = total;
      source += 4 + length;
    }
  }

  private static int lengthAt(byte[] bytes, int source, int end) {
    int length = end - source < 4 ? -1 : Bytes.getInt(bytes, source);
    if (length < 0 || length > end - source - 4) {
      throw new CorruptPageException("a value of " + length + " bytes behind the page's end");
    }
    return length;
  }

  @Override
  void beginPlainPage() {
    apart = false;
  }

  @Override
  boolean takesLengths() {
    return true;
  }

  @Override
  void beginLengthsPage(int[] ofPage) {
    apart = true;
    lengths = ofPage;
    taken = 0;
  }

  @Override
  void begin(int expectedValues) {
    count = 0;
    ends = ends.length > expectedValues ? ends : new int[expectedValues + 1];
    data.begin(SHORT);
  }

  @Override
  void read(int more) {
    if (count + more >= ends.length) {
      ends = Arrays.copyOf(ends, Math.max(count + more + 1, ends.length * 2));
    }
    for (int left = more; left > 0; ) {
      int step = Math.min(left, CHUNK);
      if (indexed) {
        gather(step);
      } else if (apart) {
        copyApart(step);
      } else {
        copyPlain(step);
      }
      left -= step;
    }
  }

  private void gather(int step) {
    indices.readInts(ids, 0, step);
    int[] from = dictionaryEnds;
    int size = dictionarySize;
    long total = ends[count];
    for (int i = 0; i < step; i++) {
      int id = ids[i];
      if (id < 0 || id >= size) {
        throw new CorruptPageException("index " + id + " in a dictionary of " + size);
      }
      total += from[id + 1] - from[id];
      ends[count + 1 + i] = (int) total;
    }
    reserve(total);
    copyGathered(step);
    count += step;
  }

  private void copyGathered(int step) {
    byte[] source = dictionaryBytes;
    int[] from = dictionaryEnds;
    long base = data.address();
    for (int i = 0; i < step; i++) {
      int start = from[ids[i]];
      int length = from[ids[i] + 1] - start;
      copy(source, start, base + ends[count + i], length);
    }
  }

  /** The bytes lie together: one copy for all of them. */
  private void copyApart(int step) {
    if (step > lengths.length - taken) {
      throw tooFew();
    }
    int start = ends[count];
    long total = start;
    int signs = 0;
    for (int i = 0; i < step; i++) {
      int length = lengths[taken + i];
      signs |= length;
      total += length;
      ends[count + 1 + i] = (int) total;
    }
    // None is negative, so the sum tells whether any lies behind the page's end.
    if (signs < 0 || total - start > to - at) {
      throw new CorruptPageException("values of " + (total - start) + " bytes");
    }
    reserve(total);
    int bytes = (int) (total - start);
    data.setBytes(start, plain, at, bytes);
    at += bytes;
    taken += step;
    count += step;
  }

  private void copyPlain(int step) {
    byte[] source = plain;
    int position = at;
    long total = ends[count];
    for (int i = 0; i < step; i++) {
      int length = lengthAt(source, position, to);
      position += 4 + length;
      total += length;
      ends[count + 1 + i] = (int) total;
    }
    reserve(total);
    long base = data.address();
    position = at;
    for (int i = 0; i < step; i++) {
      int start = ends[count + i];
      int length = ends[count + 1 + i] - start;
      copy(source, position + 4, base + start, length);
      position += 4 + length;
    }
    at = position;
    count += step;
  }

  /** Both arrays have been checked to hold the value, and to have slack behind it. */
  private static void copy(byte[] source, int from, long target, int length) {
    if (length <= SHORT) {
      MemoryUtil.putLong(target, Bytes.getLong(source, from));
      MemoryUtil.putLong(target + 8, Bytes.getLong(source, from + 8));
    } else {
      MemoryUtil.copyToMemory(source, from, target, length);
    }
  }

  private void reserve(long total) {
    if (total > MAX_BATCH_BYTES) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "a batch of this column takes more than 2 GiB; store the file in smaller row groups");
    }
    data.reserve(total + SHORT, ends[count]);
  }

  @Override
  void finish(int slots, BitmapWriter present, List<ArrowBuf> target) {
    if (count < slots && (present.ones() != count || present.length() != slots)) {
      throw new CorruptPageException("a page holds another number of values than it says");
    }
    int bytes = ends[count];
    switch (layout) {
      case OFFSETS_32 -> target.add(offsets32(slots, present));
      case OFFSETS_64 -> target.add(offsets64(slots, present));
      case VIEWS -> target.add(views(slots, present));
    }
    target.add(data.finish(bytes));
  }

  private ArrowBuf offsets32(int slots, BitmapWriter present) {
    long size = (slots + 1L) * 4;
    ArrowBuf buffer = allocator.buffer(size);
    buffer.writerIndex(size);
    long address = buffer.memoryAddress();
    int[] from = ends;
    if (count == slots) {
      for (int i = 0; i <= slots; i++) {
        MemoryUtil.putInt(address + 4L * i, from[i]);
      }
      return buffer;
    }
    byte[] bits = present.bytes();
    int dense = 0;
    MemoryUtil.putInt(address, 0);
    for (int i = 0; i < slots; i++) {
      dense += bits[i >>> 3] >>> (i & 7) & 1;
      MemoryUtil.putInt(address + 4L * i + 4, from[dense]);
    }
    return buffer;
  }

  private ArrowBuf offsets64(int slots, BitmapWriter present) {
    long size = (slots + 1L) * 8;
    ArrowBuf buffer = allocator.buffer(size);
    buffer.writerIndex(size);
    long address = buffer.memoryAddress();
    boolean full = count == slots;
    int dense = 0;
    MemoryUtil.putLong(address, 0);
    for (int i = 0; i < slots; i++) {
      dense += full || present.get(i) ? 1 : 0;
      MemoryUtil.putLong(address + 8L * i + 8, ends[dense]);
    }
    return buffer;
  }

  private ArrowBuf views(int slots, BitmapWriter present) {
    ArrowBuf buffer = allocator.buffer(slots * 16L);
    buffer.writerIndex(slots * 16L);
    boolean full = count == slots;
    int dense = 0;
    for (int i = 0; i < slots; i++) {
      if (full || present.get(i)) {
        ViewBuffers.put(
            buffer.memoryAddress() + 16L * i,
            data.address() + ends[dense],
            ends[dense],
            ends[dense + 1] - ends[dense]);
        dense++;
      } else {
        MemoryUtil.setMemory(buffer.memoryAddress() + 16L * i, 16, (byte) 0);
      }
    }
    return buffer;
  }

  @Override
  int variadicBuffers() {
    return layout == ColumnType.Layout.VIEWS ? 1 : -1;
  }

  @Override
  public void close() {
    data.close();
  }
}
