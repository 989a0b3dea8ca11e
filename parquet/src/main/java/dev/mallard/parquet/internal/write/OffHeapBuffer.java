package dev.mallard.parquet.internal.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * A growing piece of memory outside the heap, as the compressor and the file want it. Belongs to
 * one thread; whoever made it closes it.
 */
final class OffHeapBuffer implements AutoCloseable {
  /** What pages may not exceed: their sizes are 32-bit integers in Parquet. */
  private static final long LIMIT = Integer.MAX_VALUE - 64;

  /** More bytes than a page may have. */
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final BufferAllocator allocator;
  private final int initialCapacity;
  private @Nullable ArrowBuf buffer;
  private long address;
  private long capacity;
  private long size;

  OffHeapBuffer(BufferAllocator allocator, int initialCapacity) {
    this.allocator = allocator;
    this.initialCapacity = initialCapacity;
  }

  long size() {
    return size;
  }

  /** Valid until the next call that may make the buffer grow. */
  long address() {
    return address;
  }

  void clear() {
    size = 0;
  }

  /** Makes room for {@code more} bytes and returns the address where they go. */
  long reserve(long more) {
    if (size + more > capacity) {
      grow(size + more);
    }
    return address + size;
  }

  private void grow(long needed) {
    if (needed > LIMIT) {
      throw new TooLargeException();
    }
    ArrowBuf old = buffer;
    long wanted = Math.max(needed, Math.max(initialCapacity, Math.min(LIMIT, capacity * 2)));
    ArrowBuf larger = allocator.buffer(wanted);
    if (old != null) {
      larger.setBytes(0, old, 0, size);
      old.close();
    }
    buffer = larger;
    address = larger.memoryAddress();
    capacity = larger.capacity();
  }

  /** Counts {@code count} bytes, written to what {@link #reserve} returned, as content. */
  void advance(long count) {
    size += count;
  }

  void putInt(int value) {
    MemoryUtil.putInt(reserve(4), value);
    size += 4;
  }

  void putByte(int value) {
    MemoryUtil.putByte(reserve(1), (byte) value);
    size += 1;
  }

  void put(ByteSink bytes) {
    put(bytes.array(), 0, bytes.size());
  }

  void put(byte[] bytes, int from, int count) {
    reserve(count);
    if (count > 0) {
      held().setBytes(size, bytes, from, count);
    }
    size += count;
  }

  void put(OffHeapBuffer other) {
    if (other.size > 0) {
      MemoryUtil.copyMemory(other.address, reserve(other.size), other.size);
      size += other.size;
    }
  }

  /** A view of {@code count} bytes to be filled, in Parquet's byte order. */
  ByteBuffer append(long count) {
    reserve(count);
    ByteBuffer view = held().nioBuffer(size, (int) count).order(ByteOrder.LITTLE_ENDIAN);
    size += count;
    return view;
  }

  /** The content. */
  ByteBuffer content() {
    return size == 0 ? ByteBuffer.allocateDirect(0) : held().nioBuffer(0, (int) size);
  }

  private ArrowBuf held() {
    ArrowBuf held = buffer;
    if (held == null) {
      throw new IllegalStateException("nothing was reserved");
    }
    return held;
  }

  @Override
  public void close() {
    ArrowBuf held = buffer;
    buffer = null;
    address = 0;
    capacity = 0;
    size = 0;
    if (held != null) {
      held.close();
    }
  }
}
