package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;

/** A small result, or any where nothing may be on disk. */
final class MemoryResult implements KeptResult {
  private final StoredBatches batches;
  private final ByteBudget memory;
  private final BufferAllocator allocator;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * @param memory that the batches' bytes were taken from; given back
   */
  MemoryResult(StoredBatches batches, ByteBudget memory, BufferAllocator allocator) {
    this.batches = batches;
    this.memory = memory;
    this.allocator = allocator;
  }

  @Override
  public boolean hasParts() {
    return false;
  }

  @Override
  public BatchStream open(RowRange range) {
    return batches.stream(allocator);
  }

  @Override
  public void renew() {}

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      memory.giveBack(batches.bytes());
    }
  }
}
