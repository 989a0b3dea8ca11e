package dev.mallard.store;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The room on disk for all that the server could do without: derived forms, results that wait to be
 * read, and whatever else is made of datasets and statements. Together these never take more than
 * the budget, counted as {@code du} counts: in blocks, each file once, however many links it has.
 *
 * <p>Each file has a {@link Claim}. While it is written the claim grows before the file does; once
 * it is whole ({@link Claim#keep}) it may be deleted whenever room is needed and nobody holds it,
 * the one that was used longest ago first, of whatever kind.
 *
 * <p><b>Links and open files are holds.</b> Whoever makes a link to a kept file, or has it open,
 * takes a {@link Hold} before and closes it when the link is deleted or the file closed. A file
 * that is held is not chosen for deletion, as that would free nothing; if its owner drops it all
 * the same its blocks stay counted until the last hold is closed. Links to datasets' own files have
 * no claim and need no hold.
 *
 * <p>Holders that could let go, such as a view that no statement reads at the moment, register with
 * {@link #onPressure}: they are asked once nothing else can be deleted.
 *
 * <p>Thread-safe. Its lock is held for no I/O and no foreign code.
 */
public final class DiskBudget {
  private static final long BLOCK_BYTES = 4096;

  /** Room is taken in steps, as looking at the disk takes a system call. */
  private static final long LONGEST_STEP = 32 << 20;

  /** What can be done without must not be what fills the disk that datasets are stored on. */
  private static final long KEEP_FREE_BYTES = 256 << 20;

  private final long maxBytes;
  private final List<Runnable> letGo = new CopyOnWriteArrayList<>();
  private final List<Runnable> afterDeletion = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** A claim has been given back. */
  private final Condition givenBack = lock.newCondition();

  /** What may be deleted, the longest unused first. */
  private final TreeSet<Claim> idle =
      new TreeSet<>(
          Comparator.<Claim, Instant>comparing(claim -> claim.lastUse)
              .thenComparingLong(claim -> claim.number));

  private long usedBytes;

  /** Of {@link #usedBytes}: what may be deleted, and what is being deleted. */
  private long idleBytes;

  private long leavingBytes;
  private long claims;

  /**
   * @param maxBytes 0 for nothing at all
   */
  public DiskBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  public long maxBytes() {
    return maxBytes;
  }

  /** What is counted now, in bytes. */
  public long usedBytes() {
    lock.lock();
    try {
      return usedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** What a new file could have if all were deleted that may be, in bytes. */
  public long attainableBytes() {
    lock.lock();
    try {
      return maxBytes - usedBytes + idleBytes + leavingBytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param action lets go of holds that nobody needs at the moment, by closing them. It is run by
   *     threads that need room, with whatever locks they have, and several at a time: it must not
   *     wait for a lock that is held while room is asked for
   */
  public void onPressure(Runnable action) {
    letGo.add(action);
  }

  /** Runs {@code action} whenever a file was deleted for lack of room, so that its blocks go. */
  public void onDeletion(Runnable action) {
    afterDeletion.add(action);
  }

  /**
   * Counts a file that is to be written; its owner closes the claim, or keeps the file.
   *
   * @param folder where the file will be, which tells how full the disk is
   */
  public Claim begin(Path folder) {
    return new Claim(folder);
  }

  /** Blocks, and one for what the file system writes down about them. */
  private static long onDisk(long length) {
    return (length + 2 * BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  private enum State {
    /** Being written. */
    GROWING,
    /** Whole; idle if nobody holds it. */
    KEPT,
    /** Dropped, or about to be; counted until nobody holds it. */
    GONE
  }

  /** The room of one file. */
  public final class Claim implements AutoCloseable {
    private final Path folder;

    /** All that follows is guarded by the budget's lock. */
    private final long number;

    private State state = State.GROWING;
    private long bytes;
    private int holds;
    private Instant lastUse = Instant.EPOCH;
    private @Nullable Runnable delete;

    private Claim(Path folder) {
      this.folder = folder;
      lock.lock();
      try {
        this.number = claims++;
      } finally {
        lock.unlock();
      }
    }

    /**
     * The file may be so long from here on. To be called before it is, by one thread.
     *
     * @throws NoRoomException if there is not room for that and nothing that may be deleted
     */
    public void reserve(long length) throws NoRoomException {
      long needed = onDisk(length) - claimed();
      if (needed <= 0) {
        return;
      }
      long step = Math.max(needed, Math.min(LONGEST_STEP, length / 4));
      requireFreeDisk(needed);
      // For the rest of a step nothing is deleted.
      if (!count(this, step) && !take(this, needed)) {
        throw new NoRoomException("there is no room for it in the cache (--cache-size)");
      }
    }

    private long claimed() {
      lock.lock();
      try {
        return bytes;
      } finally {
        lock.unlock();
      }
    }

    private void requireFreeDisk(long needed) throws NoRoomException {
      long total = folder.toFile().getTotalSpace();
      long keepFree = Math.min(KEEP_FREE_BYTES, total / 10);
      if (total > 0 && folder.toFile().getUsableSpace() - keepFree < needed) {
        throw new NoRoomException("the disk is nearly full");
      }
    }

    /**
     * The file is whole. It may be deleted from here on, unless it is held.
     *
     * @param length in bytes; no more than was reserved
     * @param deletion deletes the file and forgets it; run by any thread that needs room, once, and
     *     never after {@link #close}. Must not ask for room
     */
    public void keep(long length, Runnable deletion) {
      keep(length, Instant.now(), deletion);
    }

    /** As {@link #keep}, of a file that was there before; what does not fit any more is deleted. */
    public void adopt(long length, Instant used, Runnable deletion) {
      keep(length, used, deletion);
      deleteOldest(0);
    }

    private void keep(long length, Instant used, Runnable deletion) {
      lock.lock();
      try {
        if (state != State.GROWING) {
          return;
        }
        state = State.KEPT;
        delete = deletion;
        usedBytes += onDisk(length) - bytes;
        bytes = onDisk(length);
        becomeIdleIfFree(used);
        givenBack.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock. */
    private void becomeIdleIfFree(Instant used) {
      if (state == State.KEPT && holds == 0) {
        lastUse = used;
        idle.add(this);
        idleBytes += bytes;
      }
    }

    /**
     * Keeps the file from being deleted, and its blocks counted, until the hold is closed. That
     * counts as its last use.
     *
     * @return null if the file is gone, or just being deleted
     */
    public @Nullable Hold hold() {
      lock.lock();
      try {
        if (state == State.GONE) {
          return null;
        }
        if (idle.remove(this)) {
          idleBytes -= bytes;
        }
        holds++;
        return new Hold(this);
      } finally {
        lock.unlock();
      }
    }

    private void release() {
      lock.lock();
      try {
        holds--;
        becomeIdleIfFree(Instant.now());
        giveBackIfGone();
      } finally {
        lock.unlock();
      }
    }

    /** Under the lock. */
    private void giveBackIfGone() {
      if (state == State.GONE && holds == 0) {
        usedBytes -= bytes;
        bytes = 0;
        givenBack.signalAll();
      }
    }

    /**
     * Its owner has deleted the file, or never wrote it. What is being deleted for lack of room is
     * no business of the owner's any more: then, and again, this does nothing.
     */
    @Override
    public void close() {
      lock.lock();
      try {
        if (state == State.GONE) {
          return;
        }
        state = State.GONE;
        if (idle.remove(this)) {
          idleBytes -= bytes;
        }
        giveBackIfGone();
      } finally {
        lock.unlock();
      }
    }
  }

  /** A link to a kept file, an open channel on it: what keeps its blocks from being free. */
  public final class Hold implements AutoCloseable {
    private @Nullable Claim claim;

    private Hold(Claim claim) {
      this.claim = claim;
    }

    /** The link is deleted, the file closed. Again does nothing. */
    @Override
    public void close() {
      Claim held;
      lock.lock();
      try {
        held = claim;
        claim = null;
      } finally {
        lock.unlock();
      }
      if (held != null) {
        held.release();
      }
    }
  }

  /** Counts more for a claim; false, and deletes nothing, if there is no way to get it. */
  private boolean take(Claim claim, long bytes) {
    if (bytes > attainableBytes() && bytes <= maxBytes) {
      letGo.forEach(Runnable::run);
    }
    while (bytes <= attainableBytes()) {
      if (deleteOldest(bytes) && count(claim, bytes)) {
        return true;
      }
    }
    return false;
  }

  private boolean count(Claim claim, long bytes) {
    lock.lock();
    try {
      if (claim.state != State.GROWING) {
        throw new IllegalStateException("the file is whole, or gone");
      }
      if (bytes > maxBytes - usedBytes) {
        return false;
      }
      usedBytes += bytes;
      claim.bytes += bytes;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Deletes files until {@code bytes} more fit.
   *
   * @return whether they did
   */
  private boolean deleteOldest(long bytes) {
    while (true) {
      Claim oldest;
      lock.lock();
      try {
        if (bytes <= maxBytes - usedBytes) {
          return true;
        }
        oldest = idle.pollFirst();
        if (oldest == null && leavingBytes == 0) {
          return false;
        }
        if (oldest == null) {
          givenBack.awaitUninterruptibly();
          continue;
        }
        oldest.state = State.GONE;
        idleBytes -= oldest.bytes;
        leavingBytes += oldest.bytes;
      } finally {
        lock.unlock();
      }
      delete(oldest);
    }
  }

  private void delete(Claim oldest) {
    try {
      Runnable deletion = oldest.delete;
      if (deletion != null) {
        deletion.run();
        afterDeletion.forEach(Runnable::run);
      }
    } finally {
      lock.lock();
      try {
        leavingBytes -= oldest.bytes;
        oldest.giveBackIfGone();
      } finally {
        lock.unlock();
      }
    }
  }
}
