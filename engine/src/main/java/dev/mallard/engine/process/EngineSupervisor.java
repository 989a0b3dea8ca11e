package dev.mallard.engine.process;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that there is a process of the engine, and only one that is used: starts it, watches
 * it, and starts another when it has ended. Thread-safe.
 */
public final class EngineSupervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EngineSupervisor.class);

  /** Longer than any start takes; a statement that comes meanwhile waits as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A database that could not be opened may be free now: looked at no more often. */
  private static final Duration BETWEEN_OPENINGS = Duration.ofSeconds(2);

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final EngineLauncher launcher;
  private final EngineBudget budget;
  private final EngineActivation activation;
  private final EngineListener listener;
  private final Clock clock;
  private final Spare spare;
  private final Thread keeper = new Thread(this::keep, "engine-keeper");
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock, as all that follows. */
  private @Nullable ChildProcess current;

  private @Nullable MallardException unopened;
  private Instant openedLast = Instant.MIN;
  private String whyNot = "it starts";
  private @Nullable EngineEnd lastEnd;
  private long restarts;
  private boolean wanted;
  private boolean closed;

  /** Of the keeper's thread alone. */
  private final Backoff backoff = new Backoff();

  private Fence fence;

  public EngineSupervisor(
      EngineSettings settings, EngineActivation activation, EngineListener listener)
      throws IOException {
    this(
        new EngineCommand(
            settings,
            EngineBudget.of(settings.memoryBytes()),
            "dev.mallard.engine.child.EngineMain"),
        activation,
        listener,
        Machine.THIS,
        Clock.systemUTC());
  }

  EngineSupervisor(
      EngineCommand command,
      EngineActivation activation,
      EngineListener listener,
      Machine machine,
      Clock clock)
      throws IOException {
    this.launcher = new EngineLauncher(command, clock);
    this.budget = command.budget();
    this.activation = activation;
    this.listener = listener;
    this.clock = clock;
    this.spare = new Spare(budget, machine, clock);
    EngineSettings settings = command.settings();
    this.fence =
        settings.unfenced()
            ? Fence.NONE
            : settings.readable().isEmpty() ? Fence.WRITES : Fence.READS;
    keeper.setDaemon(true);
  }

  /** Begins to start an engine, and does not wait for it. Else the first statement does. */
  public void start() {
    lock.lock();
    try {
      if (!wanted && !closed) {
        wanted = true;
        keeper.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The process that is ready for statements; waits for one that starts.
   *
   * @throws MallardException UNAVAILABLE if there is none in time; what opening the database failed
   *     with
   */
  public EngineProcess require() {
    start();
    lock.lock();
    try {
      long remaining = PATIENCE.toNanos();
      while (true) {
        if (closed) {
          throw unavailable("the server shuts down");
        }
        ChildProcess running = current;
        if (running != null && running.isAlive()) {
          return running;
        }
        if (unopened != null && !isOpeningDue()) {
          throw unopened;
        }
        if (remaining <= 0) {
          throw unavailable("the engine is not ready, because " + whyNot + "; try again");
        }
        changed.signalAll();
        remaining = changed.awaitNanos(remaining);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(ErrorCode.CANCELLED, "SQL: interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  private static MallardException unavailable(String why) {
    return new MallardException(ErrorCode.UNAVAILABLE, "SQL: " + why);
  }

  private boolean isOpeningDue() {
    return !clock.instant().isBefore(openedLast.plus(BETWEEN_OPENINGS));
  }

  /** How it is now. */
  public EngineStatus status() {
    lock.lock();
    try {
      ChildProcess running = current;
      boolean working = running != null && running.isAlive();
      return new EngineStatus(
          working,
          restarts,
          Optional.ofNullable(lastEnd),
          running == null ? Fence.NONE : running.fence(),
          spare.isThere());
    } finally {
      lock.unlock();
    }
  }

  private void keep() {
    Instant since = clock.instant();
    try {
      while (!isClosed()) {
        pause(backoff.before());
        ChildProcess child = startOne();
        if (child == null) {
          continue;
        }
        publish(child, since);
        EngineEnd end = awaitEnd(child);
        since = clock.instant();
        retire(end);
      }
    } catch (InterruptedException e) {
      LOG.debug("the engine is wanted no more");
    } finally {
      spare.close();
    }
  }

  /** Null if it has to be tried again. */
  private @Nullable ChildProcess startOne() throws InterruptedException {
    ChildProcess child = null;
    try {
      child = spare.take();
      if (child == null) {
        child = launcher.launch(fence);
      }
      activation.activate(child);
      backoff.worked();
      return child;
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      backoff.failed();
      LOG.warn("the engine did not start ({} times now): {}", backoff.failures(), e.getMessage());
      sayWhyNot("it did not start");
      lessenFence();
    } catch (MallardException e) {
      couldNotOpen(e);
    } catch (RuntimeException e) {
      backoff.failed();
      LOG.error("the engine could not be started", e);
      sayWhyNot("it did not start");
    }
    if (child != null) {
      child.killAndWait(EngineEnd.Cause.DIED, "it could not be made ready");
    }
    return null;
  }

  /** A list of what every JVM reads cannot be complete for every machine. */
  private void lessenFence() {
    if (fence == Fence.READS && backoff.failures() == 2) {
      fence = Fence.WRITES;
      LOG.warn(
          "the engine does not start where it may read nothing but its own files: from now on it may"
              + " read all that this server may; it still writes nothing else");
    }
  }

  private void couldNotOpen(MallardException e) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      unopened = e;
      openedLast = clock.instant();
      changed.signalAll();
      LOG.warn("SQL is not available: {}", e.getMessage());
      // Until somebody asks again, and long enough after this.
      do {
        changed.await();
      } while (!closed && !isOpeningDue());
    } finally {
      lock.unlock();
    }
  }

  private void publish(ChildProcess child, Instant since) {
    spare.engineIsReady();
    lock.lock();
    try {
      unopened = null;
      current = child;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    MemoryWatch.start(child, activation, budget);
    Heartbeat.start(child, activation);
    Duration took = Duration.between(since, clock.instant());
    LOG.info(
        "the engine is ready after {} ms: process {}, {}",
        took.toMillis(),
        child.pid(),
        describe(child.fence()));
    listener.ready(took);
  }

  private static String describe(Fence fence) {
    return switch (fence) {
      case NONE -> "not fenced by the kernel";
      case WRITES -> "fenced by the kernel: writes its own files only";
      case READS -> "fenced by the kernel: reads and writes its own files only";
    };
  }

  /** Meanwhile there is time for a spare. */
  private EngineEnd awaitEnd(ChildProcess child) throws InterruptedException {
    CompletableFuture<EngineEnd> end = child.end().toCompletableFuture();
    while (true) {
      try {
        return end.get(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        spare.tend(() -> launcher.launch(child.fence()));
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void retire(EngineEnd end) {
    lock.lock();
    try {
      current = null;
      lastEnd = end;
      whyNot = "it starts again: " + end.why();
      restarts++;
    } finally {
      lock.unlock();
    }
    if (end.cause() != EngineEnd.Cause.CLOSED) {
      LOG.warn("the engine ended ({}): {}; another one is started", end.cause(), end.why());
    }
    listener.ended(end);
  }

  private void sayWhyNot(String why) {
    lock.lock();
    try {
      whyNot = why;
    } finally {
      lock.unlock();
    }
  }

  private void pause(Duration time) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long remaining = time.toNanos();
      while (remaining > 0 && !closed) {
        remaining = changed.awaitNanos(remaining);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private static void end(ChildProcess running) {
    if (EngineCommand.isRehearsal()) {
      try {
        running.release();
      } catch (IOException e) {
        LOG.debug("the engine's input could not be closed", e);
      }
    }
    running.killAndWait(EngineEnd.Cause.CLOSED, "the server shuts down");
  }

  /** Ends the process; what is under way in it fails. */
  @Override
  public void close() {
    ChildProcess running;
    lock.lock();
    try {
      closed = true;
      running = current;
      current = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      end(running);
    }
    keeper.interrupt();
    try {
      keeper.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    launcher.close();
  }
}
