package dev.mallard.engine.child;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Which request of a line ends next. What stops a request comes on another line, and may come late:
 * it names the request that it is meant for, and does nothing to another. Thread-safe.
 */
final class Turn {
  private final ReentrantLock lock = new ReentrantLock();

  /** Requests that have ended. Guarded by the lock. */
  private long ended;

  /** The request under way ends, before its answer is sent. Waits for what is done to it. */
  void end() {
    lock.lock();
    try {
      ended++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does something short to what runs for a request, which does not end meanwhile; nothing if it
   * has ended. Also before it is read: what is computed ahead, and what was sent with it before it,
   * is its, too.
   *
   * @param request its number on the line, from 1
   */
  void unlessEnded(long request, Runnable action) {
    lock.lock();
    try {
      if (request > ended) {
        action.run();
      }
    } finally {
      lock.unlock();
    }
  }
}
