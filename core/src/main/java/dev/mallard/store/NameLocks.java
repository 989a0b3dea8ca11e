package dev.mallard.store;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** One lock a name, there for as long as somebody has it or waits for it. Thread-safe. */
final class NameLocks {
  private final ConcurrentMap<String, Counted> locks = new ConcurrentHashMap<>();

  /** Its users are counted inside the map's own lock on the name. */
  private static final class Counted {
    final ReentrantLock lock = new ReentrantLock();
    int users;
  }

  interface Task<T> {
    T run() throws IOException;
  }

  /** Runs while no other task for this name does. */
  <T> T locked(String name, Task<T> task) throws IOException {
    Counted counted =
        java.util.Objects.requireNonNull(
            locks.compute(
                name,
                (key, there) -> {
                  Counted own = there == null ? new Counted() : there;
                  own.users++;
                  return own;
                }));
    counted.lock.lock();
    try {
      return task.run();
    } finally {
      counted.lock.unlock();
      locks.computeIfPresent(name, (key, there) -> --there.users == 0 ? null : there);
    }
  }

  /** For tests: how many names are locked or waited for. */
  int size() {
    return locks.size();
  }
}
