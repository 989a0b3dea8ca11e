package dev.mallard.store.feather;

import java.util.HashSet;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Adds up what the messages of a file come to when they are sent uncompressed. Unknown if one of
 * them is compressed, or if a dictionary has several parts, which are sent as one.
 */
final class ArrowBytes {
  private final Set<Long> dictionaryIds = new HashSet<>();
  private long sum;
  private boolean known = true;

  void addBatch(RecordBatch batch, long encodedBytes) {
    known &= batch.compression() == null;
    sum += encodedBytes;
  }

  void addDictionary(DictionaryBatch batch, long encodedBytes) {
    RecordBatch data = batch.data();
    known &= dictionaryIds.add(batch.id()) && data != null && data.compression() == null;
    sum += encodedBytes;
  }

  long total() {
    return known ? sum : -1;
  }
}
