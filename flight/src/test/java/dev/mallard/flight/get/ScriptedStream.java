package dev.mallard.flight.get;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Gives so many messages, and sees who pulls and closes it, when, and how often. */
final class ScriptedStream implements BatchStream {
  /** What happens instead of the message of that number. */
  interface Step {
    void run(int pull) throws Exception;
  }

  private static final Schema SCHEMA = new Schema(java.util.List.of());

  final AtomicInteger pulls = new AtomicInteger();
  final AtomicInteger closes = new AtomicInteger();
  final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  final CountDownLatch closed = new CountDownLatch(1);

  /** Down once it was told to stop waiting. */
  final CountDownLatch stopped;

  private final AtomicInteger inside = new AtomicInteger();
  private final int messages;
  private final boolean waits;
  private final Step step;

  ScriptedStream(int messages, boolean waits, Step step) {
    this(messages, waits, step, new CountDownLatch(1));
  }

  /**
   * @param stopped what the steps may wait for
   */
  ScriptedStream(int messages, boolean waits, Step step, CountDownLatch stopped) {
    this.stopped = stopped;
    this.messages = messages;
    this.waits = waits;
    this.step = step;
  }

  static ScriptedStream of(int messages) {
    return new ScriptedStream(messages, false, pull -> {});
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public boolean mayWait() {
    return waits;
  }

  @Override
  public void stopWaiting() {
    stopped.countDown();
  }

  @Override
  public @Nullable IpcMessage next() {
    enter();
    try {
      int pull = pulls.getAndIncrement();
      step.run(pull);
      return pull < messages ? ArrowSchemas.message(SCHEMA) : null;
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("interrupted or failed", e);
    } finally {
      inside.decrementAndGet();
    }
  }

  private void enter() {
    threads.add(Thread.currentThread());
    if (inside.incrementAndGet() != 1 || closes.get() > 0) {
      throw new AssertionError("pulled by two, or after it was closed");
    }
  }

  @Override
  public void close() {
    threads.add(Thread.currentThread());
    if (inside.get() != 0) {
      throw new AssertionError("closed while it is pulled");
    }
    closes.incrementAndGet();
    closed.countDown();
  }
}
