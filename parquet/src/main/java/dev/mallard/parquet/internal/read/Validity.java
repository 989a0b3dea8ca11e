package dev.mallard.parquet.internal.read;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Validity buffers: an empty one says that nothing is null, as the IPC format allows. */
final class Validity {
  private Validity() {}

  static ArrowBuf buffer(BitmapWriter present, int nulls, BufferAllocator allocator) {
    if (nulls == 0) {
      return allocator.getEmpty();
    }
    int size = present.byteLength();
    ArrowBuf buffer = allocator.buffer(size);
    buffer.setBytes(0, present.bytes(), 0, size);
    buffer.writerIndex(size);
    return buffer;
  }
}
