package dev.mallard.parquet.internal.write;

import java.util.Arrays;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;

/** Values of BOOLEAN columns: bits, as in Arrow, but without gaps for nulls. */
final class BooleanPageValues implements PageValues {
  private long[] words = new long[512];
  private int count;
  private boolean anyTrue;
  private boolean anyFalse;

  @Override
  public void begin(WriterColumn column) {
    anyTrue = false;
    anyFalse = false;
    clearPage();
  }

  @Override
  public void append(LeafSelection selection) {
    int needed = (int) (((long) count + selection.count + 63) / 64) + 1;
    if (needed > words.length) {
      words = Arrays.copyOf(words, Math.max(needed, words.length * 2));
    }
    VectorView leaf = selection.leaf;
    for (int done = 0; done < selection.count; done += 64) {
      int step = Math.min(64, selection.count - done);
      append(
          selection.contiguous
              ? Bits.word(leaf.data(), (long) selection.first + done, step, leaf.count())
              : pick(leaf.data(), selection.positions, done, step),
          step);
    }
  }

  private static long pick(long bitmap, int[] positions, int from, int size) {
    long word = 0;
    for (int i = 0; i < size; i++) {
      word |= Bits.isSet(bitmap, positions[from + i]) ? 1L << i : 0;
    }
    return word;
  }

  private void append(long word, int size) {
    int at = count >>> 6;
    int shift = count & 63;
    words[at] |= word << shift;
    if (shift + size > 64) {
      words[at + 1] |= word >>> (64 - shift);
    }
    count += size;
    anyTrue |= word != 0;
    anyFalse |= Long.bitCount(word) < size;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long plainBytes() {
    return (count + 7L) / 8;
  }

  @Override
  public void clearPage() {
    Arrays.fill(words, 0, Math.min(words.length, (count >>> 6) + 2), 0);
    count = 0;
  }

  @Override
  public int estimateDistinct() {
    // A bit is as short as an index could be.
    return Integer.MAX_VALUE;
  }

  @Override
  public void encode(int[] indices, int at) {
    for (int i = 0; i < count; i++) {
      indices[at + i] = (int) (words[i >>> 6] >>> (i & 63)) & 1;
    }
  }

  @Override
  public int dictionarySize() {
    return 0;
  }

  @Override
  public long dictionaryBytes() {
    return 0;
  }

  @Override
  public void writeDictionary(OffHeapBuffer page) {
    throw new IllegalStateException("booleans have no dictionary");
  }

  @Override
  public Encoding write(OffHeapBuffer page, ByteSink scratch) {
    scratch.clear();
    scratch.putLongs(words, (count + 63) / 64);
    scratch.truncateBy(scratch.size() - (int) plainBytes());
    page.put(scratch);
    return Encoding.PLAIN;
  }

  @Override
  public void addTo(Statistics target) {
    if (anyTrue || anyFalse) {
      target.setMin_value(bytes(!anyFalse)).setIs_min_value_exact(true);
      target.setMax_value(bytes(anyTrue)).setIs_max_value_exact(true);
    }
  }

  private static byte[] bytes(boolean value) {
    return new byte[] {(byte) (value ? 1 : 0)};
  }

  @Override
  public void close() {
    // Nothing outside the heap.
  }
}
