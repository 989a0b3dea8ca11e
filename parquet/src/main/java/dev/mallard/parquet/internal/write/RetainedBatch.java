package dev.mallard.parquet.internal.write;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The memory of a batch that row groups still have to be made of. Each row group that has rows of
 * it holds one reference; the last one to let go releases the buffers. Safe for any thread.
 */
final class RetainedBatch {
  private final int rows;
  private final VectorView[] columns;
  private final List<ArrowBuf> buffers;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Takes over one reference to each of {@code buffers}. */
  RetainedBatch(int rows, VectorView[] columns, List<ArrowBuf> buffers) {
    this.rows = rows;
    this.columns = columns;
    this.buffers = List.copyOf(buffers);
  }

  int rows() {
    return rows;
  }

  VectorView column(int index) {
    return columns[index];
  }

  VectorView[] columns() {
    return columns;
  }

  void retain() {
    references.incrementAndGet();
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      buffers.forEach(ArrowBuf::close);
    }
  }
}
