package dev.mallard.parquet.internal.read;

import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;

/** Values as indices into the file's dictionary of the column. */
final class DictionarySink extends ValueSink {
  private static final int CHUNK = 1024;

  private final FileDictionary dictionary;
  private final PlainValues values;
  private final boolean bits;
  private final int indexWidth;
  private final int[] ids = new int[CHUNK];

  /** From the chunk's dictionary to the file's. */
  private int[] fileIds = new int[0];

  private int[] dense = new int[CHUNK];
  private int count;
  private boolean runs;
  private long bit;

  /**
   * @param indexWidth bytes an index
   */
  DictionarySink(
      ColumnType type,
      FileDictionary dictionary,
      int indexWidth,
      BufferAllocator allocator,
      PageTranscoder transcoder,
      int decimalWidth) {
    super(allocator, transcoder, decimalWidth);
    this.dictionary = dictionary;
    this.values = new PlainValues(type);
    this.bits = type instanceof ColumnType.Bool;
    this.indexWidth = indexWidth;
  }

  @Override
  void loadDictionary(int size, byte[] bytes, int from, int end) {
    values.load(bytes, from, end, from * 8L, size);
    fileIds = new int[size];
    for (int i = 0; i < size; i++) {
      fileIds[i] = find(i);
    }
  }

  private int find(int i) {
    int id = dictionary.find(values.bytes(), values.start(i), values.length(i));
    if (id < 0) {
      throw new CorruptPageException("it changed while it was read");
    }
    return id;
  }

  @Override
  void beginPlainPage() {
    runs = false;
    bit = at * 8L;
  }

  @Override
  void beginRunLengthPage() {
    if (!bits) {
      super.beginRunLengthPage();
    }
    runs = true;
    BoolSink.initRuns(this);
  }

  @Override
  void begin(int expectedValues) {
    count = 0;
  }

  @Override
  void read(int more) {
    if (count + more > dense.length) {
      dense = Arrays.copyOf(dense, Math.max(count + more, dense.length * 2));
    }
    for (int left = more; left > 0; ) {
      int step = Math.min(left, CHUNK);
      if (indexed || runs) {
        indices.readInts(ids, 0, step);
        int[] map = indexed ? fileIds : booleanIds();
        for (int i = 0; i < step; i++) {
          dense[count + i] = map[ids[i]];
        }
      } else {
        at = values.load(plain, at, to, bit, step);
        bit += step;
        for (int i = 0; i < step; i++) {
          dense[count + i] = find(i);
        }
      }
      count += step;
      left -= step;
    }
  }

  private int[] booleanIds() {
    byte[] both = {0, 1};
    return new int[] {dictionary.find(both, 0, 1), dictionary.find(both, 1, 1)};
  }

  @Override
  void finish(int slots, BitmapWriter present, List<ArrowBuf> target) {
    if (count < slots && (present.ones() != count || present.length() != slots)) {
      throw new CorruptPageException("a page holds another number of values than it says");
    }
    long size = (long) slots * indexWidth;
    ArrowBuf buffer = allocator.buffer(size);
    buffer.writerIndex(size);
    target.add(buffer);
    boolean full = count == slots;
    int from = 0;
    long address = buffer.memoryAddress();
    for (int i = 0; i < slots; i++) {
      int id = full || present.get(i) ? dense[from++] : 0;
      switch (indexWidth) {
        case 1 -> MemoryUtil.putByte(address + i, (byte) id);
        case 2 -> MemoryUtil.putShort(address + 2L * i, (short) id);
        case 4 -> MemoryUtil.putInt(address + 4L * i, id);
        default -> MemoryUtil.putLong(address + 8L * i, id);
      }
    }
  }

  @Override
  public void close() {
    // Nothing outside the heap between batches.
  }
}
