package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.Encoding;

/**
 * Collects the values of one column, batch by batch, in Arrow's layout. Values that are there come
 * densely; at the end of a batch they are spread over the slots that nulls leave free.
 *
 * <p>Belongs to one {@link ColumnReader}; one thread at a time. Owns what it has collected until
 * {@link #finish} hands it over or {@link #close} drops it.
 */
abstract class ValueSink implements AutoCloseable {
  private static final byte[] NONE = new byte[Bytes.SLACK];

  final BufferAllocator allocator;
  final RleBitPackedDecoder indices = new RleBitPackedDecoder();

  /** The current page's PLAIN values, if {@link #indexed} is false. */
  byte[] plain = NONE;

  int at;
  int to;
  boolean indexed;
  boolean hasDictionary;

  private final PageTranscoder transcoder;
  private final int decimalWidth;
  private long dictionaryHeap;

  ValueSink(BufferAllocator allocator, PageTranscoder transcoder, int decimalWidth) {
    this.allocator = allocator;
    this.transcoder = transcoder;
    this.decimalWidth = decimalWidth;
  }

  /** Forgets the last chunk's dictionary. */
  void beginChunk() {
    hasDictionary = false;
    indexed = false;
    at = 0;
    to = 0;
  }

  final void setDictionary(PageReader.DictionaryPage page) {
    if (hasDictionary) {
      throw new CorruptPageException("two dictionaries in one column chunk");
    }
    takeHeap(page.to() - page.from());
    if (decimalWidth > 0) {
      transcoder.decimalsToFixed(page.bytes(), page.from(), page.to(), decimalWidth);
      loadDictionary(page.count(), transcoder.bytes(), 0, transcoder.length());
    } else {
      loadDictionary(page.count(), page.bytes(), page.from(), page.to());
    }
    hasDictionary = true;
  }

  /** For about the dictionary and its index; the chunk before has given its own back by then. */
  private void takeHeap(int dictionaryBytes) {
    long needed = 2L * dictionaryBytes;
    transcoder.heap().take(needed - dictionaryHeap);
    dictionaryHeap = Math.max(dictionaryHeap, needed);
  }

  /** Copies the dictionary's PLAIN values, converted to Arrow's form. */
  abstract void loadDictionary(int count, byte[] bytes, int from, int end);

  final void setPage(Page page) {
    Encoding encoding = page.encoding();
    indexed = encoding == Encoding.RLE_DICTIONARY || encoding == Encoding.PLAIN_DICTIONARY;
    plain = page.valueBytes();
    at = page.valueFrom();
    to = page.valueTo();
    if (indexed) {
      setIndices();
    } else if (encoding == Encoding.RLE) {
      beginRunLengthPage();
    } else if (encoding == Encoding.DELTA_LENGTH_BYTE_ARRAY && at < to && takesLengths()) {
      int[] lengths = transcoder.byteArrayLengths(plain, at, to);
      at = transcoder.position();
      beginLengthsPage(lengths);
    } else {
      setPlainPage(encoding);
      beginPlainPage();
    }
  }

  private void setIndices() {
    if (at == to) {
      indices.init(plain, at, to, 0);
      return;
    }
    if (!hasDictionary) {
      throw new CorruptPageException("dictionary indices without a dictionary");
    }
    indices.init(plain, at + 1, to, plain[at]);
  }

  /** Called when {@link #plain} holds a new page. */
  void beginPlainPage() {}

  /** Whether pages of lengths and bytes apart come as they are, else as PLAIN. */
  boolean takesLengths() {
    return false;
  }

  /**
   * Called when {@link #plain} holds the bytes of a new page.
   *
   * @param lengths not checked
   */
  void beginLengthsPage(int[] lengths) {
    throw new IllegalStateException("it takes no lengths");
  }

  /** Only booleans come in runs. */
  void beginRunLengthPage() {
    throw new CorruptPageException("run-length encoded values in a column of another type");
  }

  private void setPlainPage(Encoding encoding) {
    if (encoding != Encoding.PLAIN) {
      transcoder.toPlain(encoding, plain, at, to);
      usePlain(transcoder.bytes(), transcoder.length());
    }
    if (decimalWidth > 0) {
      transcoder.decimalsToFixed(plain, at, to, decimalWidth);
      usePlain(transcoder.bytes(), transcoder.length());
    }
  }

  private void usePlain(byte[] bytes, int length) {
    plain = bytes;
    at = 0;
    to = length;
  }

  /** Starts a batch. */
  abstract void begin(int expectedValues);

  /** Takes the current page's next {@code count} values. */
  abstract void read(int count);

  /**
   * Ends the batch: adds the buffers behind the validity buffer to {@code target}, which owns them
   * from then on.
   *
   * @param slots all of the batch, empty ones included
   * @param present which slots have a value; as many as were read
   */
  abstract void finish(int slots, BitmapWriter present, List<ArrowBuf> target);

  /** As in {@code RecordBatch.variadicBufferCounts}, or −1 for layouts without such buffers. */
  int variadicBuffers() {
    return -1;
  }

  @Override
  public abstract void close();

  static CorruptPageException tooFew() {
    return new CorruptPageException("a page holds fewer values than it says");
  }
}
