package dev.mallard.parquet.internal.write;

import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;
import org.jspecify.annotations.Nullable;

/** Values of BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY columns. */
final class BytePageValues implements PageValues {
  /** Up to here a loop of whole longs beats a call that copies memory. */
  private static final int SHORT = 32;

  private final BinaryDictionary dictionary;
  private final DistinctSample sample = new DistinctSample();
  private final ByteStatistics statistics = new ByteStatistics();

  /** Values of fixed length, as they will be stored; those of variable length stay in Arrow. */
  private final OffHeapBuffer fixed;

  private @Nullable WriterColumn column;
  private long[] addresses = new long[20_480];
  private int[] lengths = new int[20_480];
  private long[] wide = new long[0];
  private final DeltaEncoder delta = new DeltaEncoder();
  private int count;
  private long bytes;

  BytePageValues(BufferAllocator allocator) {
    dictionary = new BinaryDictionary(allocator);
    fixed = new OffHeapBuffer(allocator, 64 << 10);
  }

  @Override
  public void begin(WriterColumn newColumn) {
    column = newColumn;
    dictionary.clear(newColumn.type().hasVariableLength());
    statistics.begin(newColumn.type().order());
    clearPage();
    if (addresses.length > 1 << 20) {
      addresses = new long[20_480];
      lengths = new int[20_480];
      wide = new long[0];
    }
  }

  private WriterColumn column() {
    WriterColumn current = column;
    if (current == null) {
      throw new IllegalStateException("no column");
    }
    return current;
  }

  @Override
  public void append(LeafSelection selection) {
    int needed = Math.addExact(count, selection.count);
    if (column().type().hasVariableLength()) {
      if (needed > addresses.length) {
        int size = (int) Math.max(needed, Math.min(1L << 30, count * 2L));
        addresses = Arrays.copyOf(addresses, size);
        lengths = Arrays.copyOf(lengths, size);
      }
      bytes += BinaryGather.gather(column(), selection, addresses, lengths, count);
    } else {
      FixedBytesGather.gather(column(), selection, fixed);
    }
    count = needed;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long plainBytes() {
    return column().type().hasVariableLength() ? bytes + count * 4L : fixed.size();
  }

  @Override
  public void clearPage() {
    count = 0;
    bytes = 0;
    fixed.clear();
  }

  @Override
  public int estimateDistinct() {
    sample.clear();
    int step = Math.max(1, count / DistinctSample.SIZE);
    for (int i = 0, taken = 0; i < count && taken < DistinctSample.SIZE; i += step, taken++) {
      sample.add(dictionary.hash(address(i), length(i)));
    }
    return sample.estimate();
  }

  private long address(int index) {
    int length = column().type().length();
    return length == 0 ? addresses[index] : fixed.address() + (long) index * length;
  }

  private int length(int index) {
    int length = column().type().length();
    return length == 0 ? lengths[index] : length;
  }

  @Override
  public void encode(int[] indices, int at) {
    int length = column().type().length();
    if (length == 0) {
      for (int i = 0; i < count; i++) {
        indices[at + i] = dictionary.index(addresses[i], lengths[i]);
      }
      return;
    }
    long address = fixed.address();
    for (int i = 0; i < count; i++) {
      indices[at + i] = dictionary.index(address + (long) i * length, length);
    }
  }

  @Override
  public int dictionarySize() {
    return dictionary.size();
  }

  @Override
  public long dictionaryBytes() {
    return dictionary.page().size();
  }

  @Override
  public void writeDictionary(OffHeapBuffer page) {
    for (int i = 0; i < dictionary.size(); i++) {
      statistics.add(dictionary.address(i), dictionary.length(i));
    }
    page.put(dictionary.page());
    dictionary.clear(column().type().hasVariableLength());
  }

  @Override
  public Encoding write(OffHeapBuffer page, ByteSink scratch) {
    if (column().type().length() > 0) {
      for (int i = 0; i < count; i++) {
        statistics.add(address(i), length(i));
      }
      page.put(fixed);
      return Encoding.PLAIN;
    }
    statistics.add(addresses, lengths, count);
    if (count == 0) {
      return Encoding.PLAIN;
    }
    writeLengths(page, scratch);
    writeStrings(page);
    return Encoding.DELTA_LENGTH_BYTE_ARRAY;
  }

  /** Apart from the strings: next to nothing where they are alike, and ZSTD has less to look at. */
  private void writeLengths(OffHeapBuffer page, ByteSink scratch) {
    if (wide.length < count) {
      wide = new long[lengths.length];
    }
    for (int i = 0; i < count; i++) {
      wide[i] = lengths[i];
    }
    scratch.clear();
    delta.encode(wide, 0, count, true, scratch);
    page.put(scratch);
  }

  /** What lies together in Arrow is copied at once. */
  private void writeStrings(OffHeapBuffer page) {
    long out = page.reserve(bytes);
    for (int i = 0; i < count; ) {
      long start = addresses[i];
      long end = start + lengths[i++];
      while (i < count && addresses[i] == end) {
        end += lengths[i++];
      }
      copy(start, out, end - start);
      out += end - start;
    }
    page.advance(bytes);
  }

  private static void copy(long from, long to, long length) {
    if (length > SHORT) {
      MemoryUtil.copyMemory(from, to, length);
    } else if (length >= 8) {
      for (int at = 0; at + 8 <= length; at += 8) {
        MemoryUtil.putLong(to + at, MemoryUtil.getLong(from + at));
      }
      MemoryUtil.putLong(to + length - 8, MemoryUtil.getLong(from + length - 8));
    } else {
      for (int at = 0; at < length; at++) {
        MemoryUtil.putByte(to + at, MemoryUtil.getByte(from + at));
      }
    }
  }

  @Override
  public void addTo(Statistics target) {
    statistics.addTo(target);
  }

  @Override
  public void close() {
    dictionary.close();
    fixed.close();
  }
}
