package dev.mallard.arrow.feather;

import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Adds up what the messages of a file come to when they are sent uncompressed. Unknown if one of
 * them is compressed. A dictionary that has several parts is sent as one, so what those come to
 * must be told.
 */
final class ArrowBytes {
  private final Set<Long> dictionaryIds = new HashSet<>();
  private long batchBytes;
  private long dictionaryBytes;
  private boolean compressed;
  private boolean inParts;

  void addBatch(RecordBatch batch, long encodedBytes) {
    compressed |= batch.compression() != null;
    batchBytes += encodedBytes;
  }

  void addDictionary(DictionaryBatch batch, long encodedBytes) {
    RecordBatch data = batch.data();
    compressed |= data == null || data.compression() != null;
    inParts |= !dictionaryIds.add(batch.id());
    dictionaryBytes += encodedBytes;
  }

  /** Whether it would be known but for dictionaries in several parts. */
  boolean needsWholeDictionaries() {
    return inParts && !compressed;
  }

  /** Tells what all dictionaries come to. */
  void wholeDictionaries(long bytes) {
    dictionaryBytes = bytes;
    inParts = false;
  }

  long total() {
    return compressed || inParts ? -1 : batchBytes + dictionaryBytes;
  }
}
