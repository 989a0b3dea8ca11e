package dev.mallard.engine;

import dev.mallard.engine.process.EngineEnd;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges, when an engine is lost, who did it and who runs again. Who did it is known if it did not
 * stop when it was told to, or ran alone, or was there at two losses. Otherwise all that ran are
 * suspects, and run again one by one, while new statements wait: what dies alone did it. It is told
 * so and refused for a while. Of an engine that something outside has ended nobody is a suspect.
 * Thread-safe.
 */
final class Losses {
  private static final Logger LOG = LoggerFactory.getLogger(Losses.class);

  /** For so long what did it is refused. */
  static final Duration REFUSED = Duration.ofSeconds(60);

  /** For so long at most a suspect has the engine for itself. */
  private static final long ALONE_MILLIS = 3_000;

  private static final long LOOK_MILLIS = 50;
  private static final int MOST_REFUSED = 1_000;

  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition turn = lock.newCondition();

  /** All that follows is guarded by the lock. */
  private final Set<Work> running = new LinkedHashSet<>();

  private final Map<LiveEngine, Verdict> verdicts = new WeakHashMap<>();
  private final Map<String, Instant> refused =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MOST_REFUSED;
        }
      };

  /** Suspects that have not had their turn, or have it. */
  private final Set<Work> suspects = new LinkedHashSet<>();

  private @Nullable Work alone;
  private long aloneUntil;

  /** Whether something may run again. */
  enum Again {
    MAY,
    /** It gave something out already, or is not the same twice. */
    MAY_NOT,
    /** It changes something, and has not. */
    CHANGES
  }

  Losses(Clock clock) {
    this.clock = clock;
  }

  /** Who did it, if that is known. */
  private record Verdict(Set<Work> culprits) {}

  /**
   * Before the engine is at it: waits while a suspect has the engine for itself.
   *
   * @param check throws if nobody wants it any more
   * @throws MallardException if it is refused
   */
  void enter(Work work, Runnable check) {
    lock.lock();
    try {
      requireNotRefused(work);
      boolean suspect = suspects.contains(work);
      while (mustWait(work, suspect)) {
        turn.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        check.run();
      }
      if (suspect) {
        alone = work;
        aloneUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ALONE_MILLIS);
      }
      running.add(work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
    } finally {
      lock.unlock();
    }
  }

  private boolean mustWait(Work work, boolean suspect) {
    if (alone != null && (alone == work || System.nanoTime() - aloneUntil >= 0)) {
      suspects.remove(alone);
      alone = null;
    }
    return alone != null || (!suspect && !suspects.isEmpty());
  }

  private void requireNotRefused(Work work) {
    Instant until = refused.get(key(work));
    if (until == null) {
      return;
    }
    Instant now = clock.instant();
    if (!until.isAfter(now)) {
      refused.remove(key(work));
      return;
    }
    throw new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "SQL: this statement ended the engine a moment ago and is refused for another %d s; change it"
            .formatted(Math.max(1, Duration.between(now, until).toSeconds())));
  }

  private static String key(Work work) {
    return work.caller() + "\n" + work.text();
  }

  /** The engine is no longer at it, or a message of its result was given out. */
  void leave(Work work) {
    lock.lock();
    try {
      running.remove(work);
      acquit(work);
    } finally {
      lock.unlock();
    }
  }

  /** It has shown that it can run: others may run beside it. */
  void acquit(Work work) {
    lock.lock();
    try {
      suspects.remove(work);
      if (alone == work) {
        alone = null;
      }
      turn.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * What becomes of a statement that the lost engine was at; returns if it is to run again.
   *
   * @param again whether it may
   * @throws MallardException what its client is told otherwise
   */
  void judge(Work work, EngineLost lost, Again again) {
    lock.lock();
    try {
      Verdict verdict = verdicts.computeIfAbsent(lost.engine(), engine -> verdict(engine, lost));
      running.remove(work);
      if (alone == work) {
        alone = null;
      }
      turn.signalAll();
      if (verdict.culprits().contains(work)) {
        suspects.remove(work);
        throw culprit(work, lost.end());
      }
      if (lost.end().cause() == EngineEnd.Cause.CLOSED) {
        throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the server shuts down");
      }
      if (again != Again.MAY || work.losses > 1) {
        suspects.remove(work);
        throw again == Again.CHANGES ? Commits.notDone() : restarted();
      }
    } finally {
      lock.unlock();
    }
  }

  static MallardException restarted() {
    return new MallardException(
        ErrorCode.UNAVAILABLE, "SQL: the engine was restarted while this ran; try again");
  }

  private Verdict verdict(LiveEngine engine, EngineLost lost) {
    Set<Work> there = new LinkedHashSet<>();
    running.stream().filter(work -> work.on() == engine).forEach(there::add);
    there.forEach(work -> work.losses++);
    EngineEnd.Cause cause = lost.end().cause();
    Set<Work> culprits = culprits(there, cause);
    if (culprits.isEmpty() && isSomebodys(cause)) {
      there.stream().filter(Work::isAwaited).forEach(suspects::add);
    }
    LOG.warn(
        "the engine is lost ({}); statements that it was at: {}; it was: {}",
        lost.end().why(),
        there.stream().map(Work::id).toList(),
        culprits.stream().map(Work::id).toList());
    return new Verdict(culprits);
  }

  /** Whether it was the doing of a statement, as far as can be seen. */
  private static boolean isSomebodys(EngineEnd.Cause cause) {
    return switch (cause) {
      case DIED, MEMORY, SILENT, STUCK -> true;
      case CLOSED, KILLED -> false;
    };
  }

  private static Set<Work> culprits(Set<Work> there, EngineEnd.Cause cause) {
    if (!isSomebodys(cause)) {
      return Set.of();
    }
    if (cause == EngineEnd.Cause.STUCK) {
      return there.stream().filter(Work::isStuck).collect(Collectors.toSet());
    }
    Set<Work> again = there.stream().filter(work -> work.losses > 1).collect(Collectors.toSet());
    Set<Work> candidates = again.isEmpty() ? there : again;
    return candidates.size() == 1 ? candidates : Set.of();
  }

  /** Under the lock. */
  private MallardException culprit(Work work, EngineEnd end) {
    if (end.cause() == EngineEnd.Cause.STUCK) {
      return new MallardException(ErrorCode.CANCELLED, "the statement was cancelled");
    }
    refused.put(key(work), clock.instant().plus(REFUSED));
    String consequence = " (%s); it is refused for %d s".formatted(work.id(), REFUSED.toSeconds());
    return switch (end.cause()) {
      case MEMORY ->
          new MallardException(
              ErrorCode.RESOURCE_EXHAUSTED,
              "SQL: the statement took more memory than the engine may have (--memory-limit), and was"
                  + " ended with it"
                  + consequence);
      default ->
          new MallardException(
              ErrorCode.INTERNAL, "SQL: the engine died of this statement" + consequence);
    };
  }

  /** For tests: statements that the engine is at. */
  int running() {
    lock.lock();
    try {
      return running.size();
    } finally {
      lock.unlock();
    }
  }
}
