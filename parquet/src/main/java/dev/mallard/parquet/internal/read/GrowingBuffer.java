package dev.mallard.parquet.internal.read;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * A buffer that grows while a batch is collected. {@link #reserve} is the one check; what lies
 * below it may be written through {@link #address}.
 */
final class GrowingBuffer implements AutoCloseable {
  private final BufferAllocator allocator;
  private @Nullable ArrowBuf buffer;
  private long address;
  private long capacity;
  private long lastSize;

  GrowingBuffer(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Starts anew with room for about what the last batch took. */
  void begin(long expected) {
    close();
    long size = Math.max(64, Math.max(expected, lastSize));
    take(allocator.buffer(size));
  }

  /** Makes room for {@code size} bytes of which the first {@code used} are kept. */
  void reserve(long size, long used) {
    if (size <= capacity) {
      return;
    }
    ArrowBuf bigger = allocator.buffer(Math.max(size, capacity + capacity / 2));
    MemoryUtil.copyMemory(address, bigger.memoryAddress(), used);
    close();
    take(bigger);
  }

  private void take(ArrowBuf next) {
    buffer = next;
    address = next.memoryAddress();
    capacity = next.capacity();
  }

  /** Of the first byte; changes with {@link #reserve}. */
  long address() {
    return address;
  }

  void setBytes(long at, byte[] source, int from, int count) {
    current().setBytes(at, source, from, count);
  }

  /** Hands the buffer over, {@code size} bytes of it readable. */
  ArrowBuf finish(long size) {
    ArrowBuf finished = current();
    finished.writerIndex(size);
    lastSize = size;
    buffer = null;
    capacity = 0;
    return finished;
  }

  private ArrowBuf current() {
    ArrowBuf current = buffer;
    if (current == null) {
      throw new IllegalStateException("no batch has been begun");
    }
    return current;
  }

  @Override
  public void close() {
    ArrowBuf dropped = buffer;
    buffer = null;
    capacity = 0;
    if (dropped != null) {
      dropped.close();
    }
  }
}
