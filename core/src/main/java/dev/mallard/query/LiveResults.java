package dev.mallard.query;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The results that are being read. One that nobody reads keeps a connection, buffers and a snapshot
 * of the data, though it does nothing: only so many may do so beside those that work, and none for
 * long. The others are moved into the spool, and go on from there when they are read. Thread-safe.
 */
final class LiveResults {
  /** Of this many times as many as may rest there is no time to move any: they end. */
  private static final int TOO_MANY = 4;

  private final int mostResting;
  private final Duration idle;
  private final Duration lease;
  private final long mostBytes;
  private final ResultSpool spool;
  private final Executor movers;
  private final Executor enders;
  private final Clock clock;
  private final Set<LiveResult> all = ConcurrentHashMap.newKeySet();

  /** Those that are about to be moved, or to end. */
  private final Set<LiveResult> leaving = ConcurrentHashMap.newKeySet();

  /**
   * @param mostResting of results that nobody reads and whose places others have taken
   * @param idle after which a result that nobody reads is moved
   * @param lease how long one is kept that was moved
   * @param mostBytes the most that is kept of each
   * @param spool where they go
   * @param movers few threads: each may work beside those that were admitted
   * @param enders threads that are there at once
   */
  LiveResults(
      int mostResting,
      Duration idle,
      Duration lease,
      long mostBytes,
      ResultSpool spool,
      Executor movers,
      Executor enders,
      Clock clock) {
    this.mostResting = mostResting;
    this.idle = idle;
    this.lease = lease;
    this.mostBytes = mostBytes;
    this.spool = spool;
    this.movers = movers;
    this.enders = enders;
    this.clock = clock;
  }

  Instant now() {
    return clock.instant();
  }

  void add(LiveResult result) {
    all.add(result);
  }

  void remove(LiveResult result) {
    all.remove(result);
  }

  /** Places of results that rest may have been taken: sees to it that not too many do. */
  void keepWithin() {
    List<LiveResult> resting =
        all.stream().filter(result -> result.isInTheWay() && !leaving.contains(result)).toList();
    int count = resting.size() + leaving.size();
    if (count <= mostResting) {
      return;
    }
    List<LiveResult> first = longestResting(resting);
    int ended = Math.min(first.size(), Math.max(0, count - TOO_MANY * mostResting));
    first.subList(0, ended).forEach(result -> leave(enders, result, () -> end(result)));
    first.stream()
        .skip(ended)
        .filter(result -> !result.isStuck() && spool.hasRoom())
        .limit(count - mostResting - ended)
        .forEach(result -> leave(movers, result, () -> result.move(mostBytes, null)));
  }

  /** Those that are to go first: always one of the caller who has most, its longest resting. */
  private static List<LiveResult> longestResting(List<LiveResult> resting) {
    Map<String, Deque<LiveResult>> byCaller = new HashMap<>();
    resting.stream()
        .sorted(Comparator.comparing(LiveResult::restsSince))
        .forEach(
            result ->
                byCaller.computeIfAbsent(result.caller(), name -> new ArrayDeque<>()).add(result));
    List<LiveResult> ordered = new ArrayList<>();
    while (ordered.size() < resting.size()) {
      byCaller.values().stream()
          .max(Comparator.comparingInt(Deque::size))
          .ifPresent(most -> ordered.add(most.remove()));
    }
    return ordered;
  }

  private void leave(Executor where, LiveResult result, Runnable how) {
    if (!leaving.add(result)) {
      return;
    }
    try {
      where.execute(
          () -> {
            try {
              how.run();
            } finally {
              leaving.remove(result);
            }
          });
    } catch (RejectedExecutionException e) {
      leaving.remove(result); // The server ends, and all results with it.
    }
  }

  private void end(LiveResult result) {
    result.end(
        new MallardException(
            ErrorCode.RESOURCE_EXHAUSTED,
            notRead(result)
                + ", while "
                + TOO_MANY * mostResting
                + " others were not read either; run the statement again, and read it at once"));
  }

  private String notRead(LiveResult result) {
    long seconds = Duration.between(result.restsSince(), now()).toSeconds();
    return "SQL: the result was not read for " + Math.max(1, seconds) + " s";
  }

  /** Lets go of what nobody has read for long. Now and then. */
  void tidy() {
    Instant now = now();
    for (LiveResult result : all) {
      if (result.isOnEngine()) {
        if (result.canRest() && result.restsSince().isBefore(now.minus(idle))) {
          leave(movers, result, () -> result.move(mostBytes, lostForIdleness(result)));
        }
      } else if (result.restsSince().isBefore(now.minus(lease))) {
        result.expire(
            new MallardException(
                ErrorCode.RESOURCE_EXHAUSTED, notRead(result) + "; run the statement again"));
      }
    }
  }

  private String lostForIdleness(LiveResult result) {
    return notRead(result)
        + " (--stream-idle-timeout "
        + idle.toSeconds()
        + "), and its rest could not be kept meanwhile";
  }

  int size() {
    return all.size();
  }
}
