package dev.mallard.engine;

import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What is kept for a process of the engine, by numbers, for as long as it wants or lives: datasets,
 * claims of names, streams. Thread-safe.
 */
final class HeldThings implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Map<Long, AutoCloseable> held = new HashMap<>();

  private long last;
  private boolean closed;

  /** Takes it over. */
  long hold(AutoCloseable thing) {
    lock.lock();
    try {
      if (!closed) {
        held.put(++last, thing);
        return last;
      }
    } finally {
      lock.unlock();
    }
    try (Closer late = new Closer()) {
      late.add(thing);
    }
    throw new IllegalStateException("the engine's process has ended");
  }

  /**
   * @throws MallardException INVALID_ARGUMENT if there is no such thing
   */
  <T> T get(long number, Class<T> kind) {
    lock.lock();
    try {
      return require(number, kind, held.get(number));
    } finally {
      lock.unlock();
    }
  }

  /** It is the caller's from now on. */
  <T> T take(long number, Class<T> kind) {
    lock.lock();
    try {
      T thing = require(number, kind, held.get(number));
      held.remove(number);
      return thing;
    } finally {
      lock.unlock();
    }
  }

  private static <T> T require(
      long number, Class<T> kind, @org.jspecify.annotations.Nullable AutoCloseable thing) {
    if (!kind.isInstance(thing)) {
      throw MallardException.invalid("the engine has no " + kind.getSimpleName() + " " + number);
    }
    return kind.cast(thing);
  }

  void release(long number) {
    try (Closer released = new Closer()) {
      released.add(take(number, AutoCloseable.class));
    }
  }

  int size() {
    lock.lock();
    try {
      return held.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<AutoCloseable> left;
    lock.lock();
    try {
      closed = true;
      left = new ArrayList<>(held.values());
      held.clear();
    } finally {
      lock.unlock();
    }
    try (Closer all = new Closer()) {
      left.forEach(all::add);
    }
  }
}
