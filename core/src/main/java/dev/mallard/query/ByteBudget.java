package dev.mallard.query;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes of memory, for several together. Thread-safe. */
final class ByteBudget {
  private final long most;
  private final AtomicLong used = new AtomicLong();

  ByteBudget(long most) {
    this.most = most;
  }

  /**
   * @return false, and nothing is taken, if there is not so much left
   */
  boolean take(long bytes) {
    if (used.addAndGet(bytes) <= most) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  long left() {
    return Math.max(0, most - used.get());
  }

  long used() {
    return used.get();
  }
}
