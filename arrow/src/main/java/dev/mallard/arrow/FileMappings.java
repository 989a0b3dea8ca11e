package dev.mallard.arrow;

import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All that is mapped of files. To map costs as much as to copy, so it is for what is read again and
 * again: a window that nobody uses any more is kept for a while for the next reader; but a file
 * that is deleted keeps its blocks while it is mapped, so whoever deletes some says so ({@link
 * #unmapIdle}). Thread-safe.
 */
public final class FileMappings implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final long mostIdleBytes;

  /** The longest unused first. */
  private final Deque<MappedWindow> idle = new ArrayDeque<>();

  private long idleBytes;
  private boolean closed;

  /**
   * @param mostIdleBytes address space that may be kept of what nobody reads; 0 keeps nothing
   */
  public FileMappings(long mostIdleBytes) {
    this.mostIdleBytes = mostIdleBytes;
  }

  /** To be shared by all who read one version of a file. */
  public FileMapping file() {
    return new FileMapping(this);
  }

  /** A window with one holder more; null if it cannot be mapped. */
  @Nullable MappedWindow hold(FileMapping mapping, int index, FileChannel file) {
    lock.lock();
    try {
      MappedWindow window = mapping.windows().get(index);
      if (window == null) {
        window = MappedWindow.map(mapping, index, file);
        if (window == null) {
          return null;
        }
        mapping.windows().put(index, window);
      } else if (window.holders == 0) {
        idle.remove(window);
        idleBytes -= window.length();
      }
      window.holders++;
      return window;
    } finally {
      lock.unlock();
    }
  }

  void release(MappedWindow window) {
    List<MappedWindow> surplus = List.of();
    lock.lock();
    try {
      window.holders--;
      if (window.holders == 0) {
        window.idleSince = System.nanoTime();
        idle.addLast(window);
        idleBytes += window.length();
        surplus = takeWhileOver(closed ? 0 : mostIdleBytes);
      }
    } finally {
      lock.unlock();
    }
    surplus.forEach(MappedWindow::unmap);
  }

  private List<MappedWindow> takeWhileOver(long bytes) {
    List<MappedWindow> taken = new ArrayList<>();
    while (idleBytes > bytes) {
      taken.add(take());
    }
    return taken;
  }

  private MappedWindow take() {
    MappedWindow window = idle.removeFirst();
    idleBytes -= window.length();
    window.mapping().windows().remove(window.index());
    return window;
  }

  /** Unmaps what nobody has used for so long; to be called now and then. */
  public void unmapIdleFor(Duration time) {
    List<MappedWindow> taken = new ArrayList<>();
    lock.lock();
    try {
      long before = System.nanoTime() - time.toNanos();
      while (!idle.isEmpty() && idle.getFirst().idleSince - before <= 0) {
        taken.add(take());
      }
    } finally {
      lock.unlock();
    }
    taken.forEach(MappedWindow::unmap);
  }

  /** Unmaps all that nobody uses now: a file was deleted, and its blocks are to be free. */
  public void unmapIdle() {
    List<MappedWindow> taken;
    lock.lock();
    try {
      taken = takeWhileOver(0);
    } finally {
      lock.unlock();
    }
    taken.forEach(MappedWindow::unmap);
  }

  /** Keeps nothing from here on; what is in use goes when it is let go of. */
  @Override
  public void close() {
    lock.lock();
    closed = true;
    lock.unlock();
    unmapIdle();
  }
}
