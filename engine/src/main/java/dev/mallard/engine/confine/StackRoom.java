package dev.mallard.engine.confine;

import dev.mallard.engine.confine.LinuxCalls.CallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In the engine's process: room for the stacks of its threads beside its limit of memory. The
 * kernel counts a stack as used from its beginning, however little of it is; so the limit moves
 * with the number of threads. Thread-safe.
 */
public final class StackRoom {
  /** Set by the server: the limit without large stacks, in bytes. */
  public static final String PROPERTY = "mallard.engine.data";

  private static final Logger LOG = LoggerFactory.getLogger(StackRoom.class);

  /** The limit moves by so many threads at a time. */
  private static final int STEP = 8;

  /** With less than this below it the JVM itself may be refused what it needs next. */
  private static final long SPARE_BYTES = 64L << 20;

  private final long base;
  private final long stackBytes;
  private final @Nullable LinuxCalls linux;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as the next. */
  private int threads;

  private int room;

  private StackRoom(long base, long stackBytes, @Nullable LinuxCalls linux) {
    this.base = base;
    this.stackBytes = stackBytes;
    this.linux = linux;
  }

  /**
   * @param stackBytes of each thread that is counted
   */
  public static StackRoom ofThisProcess(long stackBytes) {
    long base = Long.getLong(PROPERTY, 0);
    return new StackRoom(base, stackBytes, base == 0 ? null : new LinuxCalls());
  }

  /** There is to be another thread. */
  public void add() {
    change(1);
  }

  /** A thread has ended. */
  public void remove() {
    change(-1);
  }

  private void change(int by) {
    lock.lock();
    try {
      threads += by;
      move();
    } finally {
      lock.unlock();
    }
  }

  private void move() {
    int wanted = (threads + STEP - 1) / STEP * STEP;
    // Down a step later than up, so that it is not moved by every other thread.
    if (linux == null || wanted == room || wanted == room - STEP) {
      return;
    }
    long limit = base + wanted * stackBytes;
    // Stacks of threads that have ended may still be there: then it is lowered another time.
    if (wanted < room && usedBytes() + SPARE_BYTES > limit) {
      return;
    }
    try {
      linux.limitData(limit);
      room = wanted;
    } catch (CallException e) {
      LOG.warn("the engine's limit of memory cannot be moved: {}", e.getMessage());
    }
  }

  /** What the kernel counts against the limit. */
  private static long usedBytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmData:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
          .findFirst()
          .orElse(Long.MAX_VALUE - SPARE_BYTES);
    } catch (IOException | UncheckedIOException e) {
      return Long.MAX_VALUE - SPARE_BYTES; // Unknown: it stays.
    }
  }
}
