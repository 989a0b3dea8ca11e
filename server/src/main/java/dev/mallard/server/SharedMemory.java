package dev.mallard.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;

/** Memory that was given to the network without a copy, which gives it back when it is done. */
final class SharedMemory {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private SharedMemory() {}

  /**
   * Closes what nobody allocates from any more. A connection's end is told of before the last of
   * what it should have sent is let go of, so this waits for it.
   */
  static void close(BufferAllocator allocator) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (allocator.getAllocatedMemory() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    allocator.close();
  }
}
