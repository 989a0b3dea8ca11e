package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Booleans, a bit each. */
final class BoolSink extends ValueSink {
  private static final int CHUNK = 1024;

  private final BitmapWriter values = new BitmapWriter();
  private final BitmapWriter spread = new BitmapWriter();
  private final int[] ids = new int[CHUNK];
  private boolean[] dictionary = new boolean[0];
  private boolean runs;

  /** The page's place as a count of bits, which {@link ValueSink} knows only in bytes. */
  private long bit;

  private long bitEnd;

  BoolSink(BufferAllocator allocator, PageTranscoder transcoder) {
    super(allocator, transcoder, 0);
  }

  @Override
  void loadDictionary(int count, byte[] bytes, int from, int end) {
    if (count > (end - from) * 8L) {
      throw new CorruptPageException("a dictionary shorter than its " + count + " values");
    }
    dictionary = new boolean[count];
    for (int i = 0; i < count; i++) {
      dictionary[i] = (bytes[from + (i >>> 3)] >>> (i & 7) & 1) != 0;
    }
  }

  @Override
  void beginPlainPage() {
    runs = false;
    bit = at * 8L;
    bitEnd = to * 8L;
  }

  @Override
  void beginRunLengthPage() {
    runs = true;
    initRuns(this);
  }

  /** The runs of a page of booleans begin with their length. */
  static void initRuns(ValueSink sink) {
    int at = sink.at;
    int size = sink.to - at;
    if (size == 0) {
      sink.indices.init(sink.plain, at, at, 1);
      return;
    }
    int length = size < 4 ? -1 : Bytes.getInt(sink.plain, at);
    if (length < 0 || length > size - 4) {
      throw new CorruptPageException("runs of " + length + " bytes");
    }
    sink.indices.init(sink.plain, at + 4, at + 4 + length, 1);
  }

  @Override
  void begin(int expectedValues) {
    values.clear();
  }

  @Override
  void read(int count) {
    if (indexed) {
      gather(count);
    } else if (runs) {
      indices.readPresence(values, count);
    } else {
      readPlain(count);
    }
  }

  private void readPlain(int count) {
    if (count > bitEnd - bit) {
      throw tooFew();
    }
    values.appendBits(plain, bit, count);
    bit += count;
  }

  private void gather(int count) {
    for (int left = count; left > 0; ) {
      int step = Math.min(left, CHUNK);
      indices.readInts(ids, 0, step);
      for (int i = 0; i < step; i++) {
        values.append(dictionary[ids[i]]);
      }
      left -= step;
    }
  }

  @Override
  void finish(int slots, BitmapWriter present, List<ArrowBuf> target) {
    BitmapWriter bits = values;
    if (values.length() < slots) {
      spreadOver(slots, present);
      bits = spread;
    }
    int bytes = (slots + 7) >>> 3;
    ArrowBuf buffer = allocator.buffer(bytes);
    buffer.setBytes(0, bits.bytes(), 0, bytes);
    buffer.writerIndex(bytes);
    target.add(buffer);
  }

  private void spreadOver(int slots, BitmapWriter present) {
    if (present.ones() != values.length() || present.length() != slots) {
      throw new CorruptPageException("a page holds another number of values than it says");
    }
    spread.clear();
    int from = 0;
    for (int i = 0; i < slots; i++) {
      spread.append(present.get(i) && values.get(from++));
    }
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }
}
