package dev.mallard.arrow.mapping;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.lwjgl.system.MemoryUtil;

/**
 * A part of a leased file in memory. Only the kernel may read it, as a page that the disk does not
 * give is a fault. Its counts belong to {@link FileMappings}, under whose lock they are.
 */
final class MappedWindow {
  /** Small enough that a slow reader holds little of the address space, and fetches little. */
  static final int BYTES = 4 << 20;

  /** What was fetched lately is there still. */
  private static final long FETCHED_NANOS = 5_000_000_000L;

  private final FileMapping mapping;
  private final int index;
  private final LinuxCalls kernel;
  private final long address;
  private final int length;
  private volatile long fetched;
  private volatile boolean wasFetched;

  int holders;
  long idleSince;

  /** Whether it is nobody's but its holders': others must not get it any more. */
  boolean withdrawn;

  private MappedWindow(
      FileMapping mapping, int index, LinuxCalls kernel, long address, int length) {
    this.mapping = mapping;
    this.index = index;
    this.kernel = kernel;
    this.address = address;
    this.length = length;
  }

  /**
   * Null if there is no room for it, or nothing there: whoever reads it instead is told why.
   *
   * @param fileBytes the file's size now
   */
  static @Nullable MappedWindow map(
      FileMapping mapping, int index, FileLease lease, long fileBytes) {
    long start = (long) index * BYTES;
    int length = (int) Math.min(BYTES, fileBytes - start);
    long address = length <= 0 ? 0 : lease.kernel().map(lease.file(), start, length);
    return address == 0 ? null : new MappedWindow(mapping, index, lease.kernel(), address, length);
  }

  FileMapping mapping() {
    return mapping;
  }

  int index() {
    return index;
  }

  int length() {
    return length;
  }

  /**
   * Has the kernel fetch it all from the disk, unless it was lately: its neighbours are wanted
   * next, most likely. False if a part is not there.
   */
  boolean fetch(int end) {
    if (end > length) {
      return false;
    }
    if (wasFetched && System.nanoTime() - fetched < FETCHED_NANOS) {
      return true;
    }
    if (!kernel.populate(address, length)) {
      return false;
    }
    fetched = System.nanoTime();
    wasFetched = true;
    return true;
  }

  ByteBuffer slice(int from, int size) {
    return MemoryUtil.memByteBuffer(address + from, size);
  }

  /** Its bytes stay what they are, whatever becomes of the file when the lease has ended. */
  boolean copy(FileLease lease) {
    return kernel.replaceByCopy(address, length, lease.file(), (long) index * BYTES);
  }

  /** Nobody must use it any more. */
  void unmap() {
    kernel.unmap(address, length);
  }
}
