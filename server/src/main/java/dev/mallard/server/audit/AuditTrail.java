package dev.mallard.server.audit;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import dev.mallard.events.Target;
import dev.mallard.events.Who;
import dev.mallard.server.security.AuditConfig;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for each call that has ended, on a thread of its own: whoever tells it of a call
 * never waits. Health checks are left out.
 *
 * <p>Where it is required nothing of what a call did is lost while lines can be written: {@link
 * #refusal} has new calls refused while too many wait to be written, and for good once they cannot
 * be. Where it is not, what cannot be written in time or at all is counted, and the next line that
 * can be says how many were lost. Thread-safe.
 */
public final class AuditTrail implements ServerEvents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
  private static final int MOST_LINES_AT_ONCE = 1_000;
  private static final long CLOSING_SECONDS = 10;

  /** Nothing comes after it. */
  private static final AuditLine END =
      new AuditLine(
          new Call("", "", ""),
          new Outcome("", new Who.Unknown(), Target.NONE, 0, 0, Duration.ZERO),
          Instant.EPOCH);

  /** How much may wait to be written. */
  record Room(int calls, long chars) {
    static final Room USUAL = new Room(50_000, 32 << 20);
  }

  private final AuditSink sink;
  private final AuditConfig config;
  private final Room room;
  private final Runnable onFailure;
  private final Clock clock;
  private final BlockingQueue<AuditLine> queue = new LinkedBlockingQueue<>();
  private final Thread writer = new Thread(this::writeAll, "mallard-audit");

  /** Calls that have begun, and of which nothing is written yet. */
  private final AtomicLong unwritten = new AtomicLong();

  /** Of the lines that wait. */
  private final AtomicLong chars = new AtomicLong();

  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean isFailed = new AtomicBoolean();

  /** Only the writer's. */
  private @Nullable Instant warned;

  private long lostSinceWarning;

  AuditTrail(AuditSink sink, AuditConfig config, Room room, Runnable onFailure, Clock clock) {
    this.sink = sink;
    this.config = config;
    this.room = room;
    this.onFailure = onFailure;
    this.clock = clock;
  }

  /**
   * Opens what is configured; empty if that is nothing.
   *
   * @param onFailure is run once, if it is required and cannot be written any more; returns soon
   * @throws MallardException FAILED_PRECONDITION if it cannot be written
   */
  public static Optional<AuditTrail> open(AuditConfig config, Runnable onFailure) {
    if (config.target().isEmpty()) {
      return Optional.empty();
    }
    String target = config.target().get();
    AuditSink sink;
    try {
      sink =
          target.equals(AuditConfig.LOGGER)
              ? new LogSink()
              : FileSink.open(Path.of(target), config.isRequired());
    } catch (IOException | InvalidPathException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "--audit: cannot write to " + target + " (" + e + "); choose another file",
          e);
    }
    return Optional.of(
        new AuditTrail(sink, config, Room.USUAL, onFailure, Clock.systemUTC()).start());
  }

  AuditTrail start() {
    writer.setDaemon(true);
    writer.start();
    return this;
  }

  /** Why a new call is to be refused. */
  public Optional<MallardException> refusal() {
    if (!config.isRequired()) {
      return Optional.empty();
    }
    if (isFailed.get()) {
      return refusal(
          "the server cannot write its audit trail, and does not serve without it"
              + " (--audit-required); it stops: try another, or ask who runs it");
    }
    return isFull()
        ? refusal(
            "the server's audit trail does not keep up (--audit-required); try again in a moment")
        : Optional.empty();
  }

  private static Optional<MallardException> refusal(String why) {
    return Optional.of(new MallardException(ErrorCode.UNAVAILABLE, why));
  }

  private boolean isFull() {
    return unwritten.get() > room.calls() || chars.get() > room.chars();
  }

  /** Calls that have begun, or ended, and are not written down. */
  long unwritten() {
    return unwritten.get();
  }

  private static boolean isHealthCheck(Call call) {
    return call.method().startsWith(HealthGrpc.SERVICE_NAME + "/");
  }

  @Override
  public void callBegan(Call call) {
    if (!isHealthCheck(call)) {
      unwritten.incrementAndGet();
    }
  }

  @Override
  public void callEnded(Call call, Outcome outcome) {
    if (isHealthCheck(call)) {
      return;
    }
    // Where it is required, calls that did something were let in while there was room.
    boolean didNothing = outcome.who() instanceof Who.Unknown;
    if (isFull() && (didNothing || !config.isRequired())) {
      unwritten.decrementAndGet();
      lost.incrementAndGet();
      return;
    }
    AuditLine line = AuditLine.of(call, outcome, clock.instant());
    chars.addAndGet(line.chars());
    queue.add(line);
  }

  private void writeAll() {
    List<AuditLine> lines = new ArrayList<>();
    boolean isLast = false;
    while (!isLast) {
      try {
        lines.add(queue.take());
      } catch (InterruptedException e) {
        return;
      }
      queue.drainTo(lines, MOST_LINES_AT_ONCE - 1);
      isLast = lines.remove(END);
      if (!lines.isEmpty() || (isLast && lost.get() > 0)) {
        write(lines);
      }
      lines.clear();
    }
  }

  private void write(List<AuditLine> lines) {
    long missing = lost.getAndSet(0);
    try {
      List<String> texts = new ArrayList<>();
      if (missing > 0) {
        texts.add(AuditLine.lost(missing, clock.instant()));
      }
      lines.forEach(line -> texts.add(line.json(config.statements())));
      sink.write(texts);
      warnOf(missing, null);
    } catch (IOException | RuntimeException e) {
      lost.addAndGet(missing + lines.size());
      fail(lines.size(), e);
    } finally {
      unwritten.addAndGet(-lines.size());
      chars.addAndGet(-lines.stream().mapToLong(AuditLine::chars).sum());
    }
  }

  private void fail(int lines, Exception e) {
    if (!config.isRequired()) {
      warnOf(lines, e);
    } else if (isFailed.compareAndSet(false, true)) {
      LOG.error("the audit trail cannot be written; no more calls are served", e);
      onFailure.run();
    }
  }

  /** Once a minute. */
  private void warnOf(long missing, @Nullable Exception why) {
    lostSinceWarning += missing;
    Instant now = clock.instant();
    if (lostSinceWarning == 0 || (warned != null && now.isBefore(warned.plus(BETWEEN_WARNINGS)))) {
      return;
    }
    warned = now;
    LOG.warn(
        "{} lines of the audit trail were lost: {}",
        lostSinceWarning,
        why == null ? "more calls ended than could be written" : why.toString());
    lostSinceWarning = 0;
  }

  /** Writes what waits. */
  @Override
  public void close() {
    queue.add(END);
    try {
      writer.join(TimeUnit.SECONDS.toMillis(CLOSING_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      LOG.warn("{} lines of the audit trail were not written before the end", queue.size());
      writer.interrupt();
    } else {
      sink.close();
    }
  }
}
