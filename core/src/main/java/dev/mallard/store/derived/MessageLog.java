package dev.mallard.store.derived;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages that a conversion has written so far, in the order of the file. Only grows. Guarded
 * by the conversion's lock.
 */
final class MessageLog {
  /**
   * @param start the first row of a record batch, or the next one's of a dictionary batch
   */
  record Entry(IpcMessage.Kind kind, Block block, long start, long rows) {
    boolean isBatch() {
      return kind == IpcMessage.Kind.RECORD_BATCH;
    }

    long end() {
      return start + rows;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private long rows;

  void add(IpcMessage.Kind kind, Block block, long batchRows) {
    entries.add(new Entry(kind, block, rows, batchRows));
    rows += batchRows;
  }

  int size() {
    return entries.size();
  }

  Entry get(int index) {
    return entries.get(index);
  }

  long rows() {
    return rows;
  }
}
