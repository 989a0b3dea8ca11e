package dev.mallard.arrow.mapping;

import dev.mallard.error.Closer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All that is mapped of files. To map costs as much as to copy, so a window that nobody uses any
 * more is kept for a while for the next reader. A file is mapped under a lease ({@link FileLease}):
 * when somebody is about to change it in place, what is on its way gets a copy of its bytes, and
 * the rest is unmapped ({@link LeaseWatch}); when it was deleted, nothing of it is kept.
 * Thread-safe.
 */
public final class FileMappings implements AutoCloseable {
  /** Files that are smaller are read. */
  private static final long LEAST_FILE_BYTES = 1 << 20;

  /** Each has a descriptor, and is looked at all the time. */
  private static final int MOST_LEASES = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final LeaseWatch watch = new LeaseWatch(this::watchLeases);
  private final long mostIdleBytes;
  private final Duration kept;

  /** The longest unused first. */
  private final Set<MappedWindow> idle = new LinkedHashSet<>();

  private final Set<FileMapping> leased = new LinkedHashSet<>();
  private long idleBytes;
  private boolean closed;

  /**
   * @param mostIdleBytes address space that may be kept of what nobody reads; 0 keeps nothing
   * @param kept how long it is
   */
  public FileMappings(long mostIdleBytes, Duration kept) {
    this.mostIdleBytes = mostIdleBytes;
    this.kept = kept;
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
        window = map(mapping, index, file);
      } else if (window.holders == 0) {
        idle.remove(window);
        idleBytes -= window.length();
      }
      if (window != null) {
        window.holders++;
      }
      return window;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable MappedWindow map(FileMapping mapping, int index, FileChannel file) {
    if (!mapping.isLikely()) {
      return null;
    }
    try {
      long size = file.size();
      FileLease lease = size < LEAST_FILE_BYTES ? null : lease(mapping, file);
      MappedWindow window = lease == null ? null : MappedWindow.map(mapping, index, lease, size);
      if (window == null) {
        mapping.refuse();
        endUnused(mapping);
      } else {
        mapping.windows().put(index, window);
      }
      return window;
    } catch (IOException e) {
      return null;
    }
  }

  private @Nullable FileLease lease(FileMapping mapping, FileChannel file) {
    FileLease lease = mapping.lease();
    if (lease != null) {
      return lease;
    }
    if (leased.size() == MOST_LEASES && !idle.isEmpty()) {
      takeIdle(idle.iterator().next().mapping()).forEach(MappedWindow::unmap);
    }
    if (leased.size() == MOST_LEASES) {
      return null;
    }
    try (Closer unlessWatched = new Closer()) {
      lease = FileLease.take(file);
      if (lease != null) {
        unlessWatched.add(lease);
        watch.begin();
        unlessWatched.release();
        mapping.lease(lease);
        leased.add(mapping);
      }
    }
    return lease;
  }

  private void endUnused(FileMapping mapping) {
    if (mapping.lease() != null && mapping.windows().isEmpty()) {
      leased.remove(mapping);
      mapping.withdrawLease().close();
    }
  }

  void release(MappedWindow window) {
    List<MappedWindow> surplus = List.of();
    lock.lock();
    try {
      window.holders--;
      if (window.holders == 0) {
        surplus = window.withdrawn ? List.of(window) : keep(window);
      }
    } finally {
      lock.unlock();
    }
    surplus.forEach(MappedWindow::unmap);
  }

  /** What there is no room for instead. */
  private List<MappedWindow> keep(MappedWindow window) {
    window.idleSince = System.nanoTime();
    idle.add(window);
    idleBytes += window.length();
    long most = closed ? 0 : mostIdleBytes;
    return takeOldestWhile(oldest -> idleBytes > most);
  }

  private List<MappedWindow> takeOldestWhile(Predicate<MappedWindow> surplus) {
    List<MappedWindow> taken = new ArrayList<>();
    for (Iterator<MappedWindow> oldest = idle.iterator(); oldest.hasNext(); ) {
      MappedWindow window = oldest.next();
      if (!surplus.test(window)) {
        break;
      }
      oldest.remove();
      taken.add(window);
      forget(window);
    }
    return taken;
  }

  /** One that is no longer among the idle. */
  private void forget(MappedWindow window) {
    idleBytes -= window.length();
    window.mapping().windows().remove(window.index());
    endUnused(window.mapping());
  }

  private List<MappedWindow> takeIdle(FileMapping mapping) {
    List<MappedWindow> taken = new ArrayList<>(mapping.windows().values());
    taken.removeIf(window -> !idle.remove(window));
    taken.forEach(this::forget);
    return taken;
  }

  /** Unmaps what nobody has used for so long. */
  void unmapIdleFor(Duration time) {
    long before = System.nanoTime() - time.toNanos();
    unmapOldestWhile(oldest -> oldest.idleSince - before <= 0);
  }

  /** Unmaps all that nobody uses now. */
  void unmapIdle() {
    unmapOldestWhile(oldest -> true);
  }

  private void unmapOldestWhile(Predicate<MappedWindow> surplus) {
    List<MappedWindow> taken;
    lock.lock();
    try {
      taken = takeOldestWhile(surplus);
    } finally {
      lock.unlock();
    }
    taken.forEach(MappedWindow::unmap);
  }

  private boolean watchLeases() {
    unmapDeleted();
    unmapIdleFor(kept);
    lock.lock();
    try {
      return watch.goesOn(!leased.isEmpty());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Unmaps what is deleted and nobody uses now, and lets go of what somebody is about to change;
   * the watch does that soon by itself.
   */
  public void unmapDeleted() {
    List<MappedWindow> unused = new ArrayList<>();
    List<Withdrawal> withdrawals = new ArrayList<>();
    lock.lock();
    try {
      for (FileMapping mapping : List.copyOf(leased)) {
        switch (mapping.leaseState()) {
          case HELD -> {}
          case DELETED -> unused.addAll(takeIdle(mapping));
          case WANTED -> withdrawals.add(withdraw(mapping, unused));
        }
      }
    } finally {
      lock.unlock();
    }
    unused.forEach(MappedWindow::unmap);
    withdrawals.forEach(withdrawal -> withdrawal.end(this));
  }

  /** Nobody gets its windows any more. */
  private Withdrawal withdraw(FileMapping mapping, List<MappedWindow> unused) {
    FileLease lease = mapping.withdrawLease();
    mapping.refuse();
    leased.remove(mapping);
    unused.addAll(takeIdle(mapping));
    List<MappedWindow> inUse = List.copyOf(mapping.windows().values());
    mapping.windows().clear();
    for (MappedWindow window : inUse) {
      window.withdrawn = true;
      window.holders++;
    }
    return new Withdrawal(lease, inUse);
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
