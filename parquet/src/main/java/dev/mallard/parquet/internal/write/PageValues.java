package dev.mallard.parquet.internal.write;

import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;

/**
 * The values (without nulls) of the page that is being filled, and the dictionary and statistics of
 * its column chunk. Reused from page to page and from chunk to chunk by one thread.
 */
interface PageValues extends AutoCloseable {
  /** Forgets everything and begins a chunk. */
  void begin(WriterColumn column);

  /**
   * Adds the selected values to the page; the selection's leaf is not dictionary-encoded. Memory
   * that it refers to stays until the page is cleared.
   */
  void append(LeafSelection selection);

  /** Values in the page. */
  int count();

  /** What the page's values take in the PLAIN encoding. */
  long plainBytes();

  /** Begins a new page. */
  void clearPage();

  /** About how many different values the chunk might have; Integer.MAX_VALUE for "very many". */
  int estimateDistinct();

  /** Puts the page's values into the dictionary and their indices to {@code indices}. */
  void encode(int[] indices, int at);

  int dictionarySize();

  long dictionaryBytes();

  /** Writes the content of the dictionary page. */
  void writeDictionary(OffHeapBuffer page);

  /** Writes the page's values without a dictionary, and counts them into the statistics. */
  Encoding write(OffHeapBuffer page, ByteSink scratch);

  /** Sets least and greatest value of all that was written or put into the dictionary. */
  void addTo(Statistics statistics);

  @Override
  void close();
}
