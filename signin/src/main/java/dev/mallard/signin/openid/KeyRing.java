package dev.mallard.signin.openid;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The provider's keys, read again now and then, and out of turn when a token names one that is not
 * known. What cannot be read leaves those that are there, for as long as the source has patience.
 * Thread-safe; one read at a time.
 */
final class KeyRing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

  /** Reads out of turn are no more frequent, however many unknown keys are named. */
  static final Duration BETWEEN_ASKED = Duration.ofSeconds(10);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

  private final KeySource source;
  private final Clock clock;
  private final Executor reader;
  private final Runnable onChange;
  private final AtomicLong revision = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  private volatile KeySet keys = KeySet.EMPTY;
  private volatile boolean isKnown;

  private @Nullable CompletableFuture<KeySet> running;
  private Instant due = Instant.MIN;
  private Instant nextAsked = Instant.MIN;
  private Instant goodUntil = Instant.MIN;
  private @Nullable String lastFailure;

  /**
   * @param reader runs what waits for the source
   * @param onChange is called after the keys have changed
   */
  KeyRing(KeySource source, Clock clock, Executor reader, Runnable onChange) {
    this.source = source;
    this.clock = clock;
    this.reader = reader;
    this.onChange = onChange;
  }

  KeySet keys() {
    return keys;
  }

  /** Whether they have been read at all, not too long ago. */
  boolean isKnown() {
    return isKnown;
  }

  /** Another number whenever the keys are others. */
  long revision() {
    return revision.get();
  }

  /** To be called every second: reads the keys again if it is time. */
  void tick() {
    lock.lock();
    try {
      Instant now = clock.instant();
      if (isKnown && now.isAfter(goodUntil)) {
        LOG.error("the keys of {} could not be read for too long: its tokens are refused", source);
        isKnown = false;
        replace(KeySet.EMPTY);
      }
      if (running == null && !now.isBefore(due)) {
        read();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Somebody names a key that is not known: reads them again, unless that was done just now.
   *
   * @return the keys after that
   */
  CompletableFuture<KeySet> readForUnknown() {
    lock.lock();
    try {
      Instant now = clock.instant();
      if (running != null) {
        return running;
      }
      if (now.isBefore(nextAsked)) {
        return CompletableFuture.completedFuture(keys);
      }
      nextAsked = now.plus(BETWEEN_ASKED);
      return read();
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock. */
  private CompletableFuture<KeySet> read() {
    CompletableFuture<KeySet> reading = new CompletableFuture<>();
    running = reading;
    try {
      reader.execute(() -> read(reading));
    } catch (RuntimeException e) {
      running = null; // It is being closed.
      reading.complete(keys);
    }
    return reading;
  }

  private void read(CompletableFuture<KeySet> reading) {
    @Nullable KeySet found = null;
    String failure = null;
    try {
      found = source.read();
    } catch (IOException | RuntimeException e) {
      failure = String.valueOf(e.getMessage());
    }
    lock.lock();
    try {
      running = null;
      if (found == null) {
        failed(failure);
      } else {
        succeeded(found);
      }
    } finally {
      lock.unlock();
    }
    reading.complete(keys);
  }

  private void succeeded(KeySet found) {
    Instant now = clock.instant();
    due = now.plus(source.interval());
    goodUntil = now.plus(source.patience());
    boolean isFirst = !isKnown;
    isKnown = true;
    if (lastFailure != null || isFirst) {
      LOG.info("{}: {} keys", source, found.size());
    }
    lastFailure = null;
    if (!found.isSame(keys)) {
      replace(found);
    }
  }

  private void failed(@Nullable String failure) {
    due = clock.instant().plus(source.interval().isZero() ? Duration.ZERO : AFTER_FAILURE);
    if (failure != null && !failure.equals(lastFailure)) {
      LOG.warn(
          "cannot read the OpenID keys of {}: {}; {}",
          source,
          failure,
          isKnown ? "those that are known stay good" : "its tokens are refused until then");
    }
    lastFailure = failure;
  }

  private void replace(KeySet found) {
    keys = found;
    revision.incrementAndGet();
    onChange.run();
  }
}
