package dev.mallard.engine.process;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that waits to take another's place, where there is memory for it: kept while there is,
 * and made when nothing else is to be done. Of one thread, but for {@link #isThere}.
 */
final class Spare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Spare.class);

  /** What a process takes that does nothing. */
  private static final long OWN_BYTES = 128L << 20;

  private static final Duration AFTER_START = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  /** Starts a process. */
  interface Start {
    ChildProcess start() throws IOException;
  }

  private final EngineBudget budget;
  private final Machine machine;
  private final Clock clock;
  private Instant notBefore;
  private volatile @Nullable ChildProcess process;

  Spare(EngineBudget budget, Machine machine, Clock clock) {
    this.budget = budget;
    this.machine = machine;
    this.clock = clock;
    this.notBefore = Instant.MAX;
  }

  /** An engine has just become ready: all that came with it is to be done first. */
  void engineIsReady() {
    notBefore = clock.instant().plus(AFTER_START);
  }

  /** Looks whether there is to be one, and makes it, which takes the time of a start. */
  void tend(Start start) {
    ChildProcess there = process;
    if (there != null && (!there.isAlive() || machine.availableBytes() < OWN_BYTES)) {
      process = null;
      there.killAndWait(EngineEnd.Cause.CLOSED, "its memory is needed");
      LOG.info("the spare engine is gone");
      notBefore = clock.instant().plus(AFTER_FAILURE);
      return;
    }
    if (there == null && isWanted()) {
      try {
        process = start.start();
        LOG.debug("there is a spare engine");
      } catch (IOException e) {
        LOG.info("the spare engine did not start: {}", e.getMessage());
        notBefore = clock.instant().plus(AFTER_FAILURE);
      }
    }
  }

  private boolean isWanted() {
    return !clock.instant().isBefore(notBefore)
        && machine.availableBytes() > budget.total() + 2 * OWN_BYTES
        && machine.isQuiet();
  }

  /** Any thread. */
  boolean isThere() {
    ChildProcess there = process;
    return there != null && there.isAlive();
  }

  /** It is the caller's from now on; null if there is none. */
  @Nullable ChildProcess take() {
    ChildProcess there = process;
    process = null;
    return there != null && there.isAlive() ? there : null;
  }

  @Override
  public void close() {
    ChildProcess there = process;
    process = null;
    if (there != null) {
      there.killAndWait(EngineEnd.Cause.CLOSED, "the server shuts down");
    }
  }
}
