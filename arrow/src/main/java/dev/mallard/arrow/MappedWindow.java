package dev.mallard.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file in memory, until the last of its holders lets go of it: then it is unmapped at
 * once, and never before. Only the kernel may read it, as what is truncated under a mapping is a
 * fault. Thread-safe.
 */
final class MappedWindow {
  private final MappedByteBuffer memory;
  private final AtomicInteger holders = new AtomicInteger(1);

  private MappedWindow(MappedByteBuffer memory) {
    this.memory = memory;
  }

  /** A window with one holder, the caller; null if there is no room for it, or nothing there. */
  static @Nullable MappedWindow map(FileChannel file, long position, long length) {
    try {
      return new MappedWindow(file.map(FileChannel.MapMode.READ_ONLY, position, length));
    } catch (IOException e) {
      // Whoever reads it instead is told why, if there is a reason.
      return null;
    }
  }

  /** One more holder; false if the last one has gone. */
  boolean retain() {
    int now = holders.get();
    while (now > 0 && !holders.compareAndSet(now, now + 1)) {
      now = holders.get();
    }
    return now > 0;
  }

  void release() {
    if (holders.decrementAndGet() == 0) {
      KernelPages.unmap(memory);
    }
  }

  /** Has the kernel fetch a part; false if it is not (or no longer) there. */
  boolean populate(int from, int length) {
    return KernelPages.populate(memory, from, length);
  }

  ByteBuffer slice(int from, int length) {
    return memory.slice(from, length);
  }
}
