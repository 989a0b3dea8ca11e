package dev.mallard.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file in memory. Only the kernel may read it, as what is truncated under a mapping is
 * a fault. Its counts belong to {@link FileMappings}, under whose lock they are.
 */
final class MappedWindow {
  /** Small enough that a slow reader holds little of the address space, and fetches little. */
  static final int BYTES = 4 << 20;

  /** What was fetched lately is there still. */
  private static final long FETCHED_NANOS = 5_000_000_000L;

  private final FileMapping mapping;
  private final int index;
  private final MappedByteBuffer memory;
  private volatile long fetched;
  private volatile boolean wasFetched;

  int holders;
  long idleSince;

  private MappedWindow(FileMapping mapping, int index, MappedByteBuffer memory) {
    this.mapping = mapping;
    this.index = index;
    this.memory = memory;
  }

  /** Null if there is no room for it, or nothing there: whoever reads it instead is told why. */
  static @Nullable MappedWindow map(FileMapping mapping, int index, FileChannel file) {
    try {
      long start = (long) index * BYTES;
      long size = Math.min(BYTES, file.size() - start);
      return size <= 0
          ? null
          : new MappedWindow(mapping, index, file.map(FileChannel.MapMode.READ_ONLY, start, size));
    } catch (IOException e) {
      return null;
    }
  }

  FileMapping mapping() {
    return mapping;
  }

  int index() {
    return index;
  }

  int length() {
    return memory.capacity();
  }

  /**
   * Has the kernel fetch it all from the disk, unless it was lately: its neighbours are wanted
   * next, most likely. False if a part is not, or no longer, there.
   */
  boolean fetch(int end) {
    if (end > length()) {
      return false;
    }
    if (wasFetched && System.nanoTime() - fetched < FETCHED_NANOS) {
      return true;
    }
    if (!KernelPages.populate(memory)) {
      return false;
    }
    fetched = System.nanoTime();
    wasFetched = true;
    return true;
  }

  ByteBuffer slice(int from, int size) {
    return memory.slice(from, size);
  }

  /** Nobody must use it any more. */
  void unmap() {
    KernelPages.unmap(memory);
  }
}
