package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Queries that run in the background until their results are spooled, while clients ask how far
 * they are. Thread-safe.
 */
final class PolledQueries implements AutoCloseable {
  /** A poll waits this long for news. */
  private static final Duration MOMENT = Duration.ofMillis(500);

  private final ExecutorService executor;
  private final Duration idle;
  private final Clock clock;
  private final OwnedMap<Job> jobs = new OwnedMap<>();

  /**
   * @param executor for as many threads as queries may run and wait
   * @param idle after which a query that nobody asks for is cancelled and forgotten
   */
  PolledQueries(ExecutorService executor, Duration idle, Clock clock) {
    this.executor = executor;
    this.idle = idle;
    this.clock = clock;
  }

  private static final class Job {
    final Schema schema;
    final Cancellation cancellation;
    final DoubleSupplier fraction;
    final CompletableFuture<QueryPlan.Spooled> result;
    volatile Instant lastPoll;

    Job(
        Schema schema,
        Cancellation cancellation,
        DoubleSupplier fraction,
        CompletableFuture<QueryPlan.Spooled> result,
        Instant now) {
      this.schema = schema;
      this.cancellation = cancellation;
      this.fraction = fraction;
      this.result = result;
      this.lastPoll = now;
    }
  }

  /** What a query does in the background. */
  interface Work {
    QueryPlan.Spooled run(Cancellation cancellation);
  }

  QueryService.Progress start(Schema schema, Caller owner, DoubleSupplier fraction, Work work) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture<QueryPlan.Spooled> result =
        CompletableFuture.supplyAsync(() -> work.run(cancellation), executor);
    String id = UUID.randomUUID().toString();
    jobs.put(id, owner, new Job(schema, cancellation, fraction, result, clock.instant()));
    return progress(id, owner);
  }

  QueryService.Progress progress(String id, Caller who) {
    Job job = require(id, who);
    job.lastPoll = clock.instant();
    QueryPlan.Spooled result = await(id, job);
    if (result != null) {
      return new QueryService.Progress(id, job.schema, 1, result);
    }
    double fraction = Math.max(0, Math.min(0.99, job.fraction.getAsDouble()));
    return new QueryService.Progress(id, job.schema, fraction, null);
  }

  private QueryPlan.@Nullable Spooled await(String id, Job job) {
    try {
      return job.result.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      jobs.remove(id, job);
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private Job require(String id, Caller who) {
    Job job = jobs.find(id, who);
    if (job == null) {
      throw MallardException.notFound(
          "there is no such polled query; it ended long ago, was cancelled, or failed: start it again");
    }
    return job;
  }

  /**
   * @return whether it was still running
   */
  boolean cancel(String id, Caller who) {
    Job job = jobs.take(id, who);
    return job != null && stop(job);
  }

  private static boolean stop(Job job) {
    if (job.result.isDone()) {
      return false;
    }
    job.cancellation.cancel();
    return true;
  }

  private void end(String id, Job job) {
    if (jobs.remove(id, job)) {
      stop(job);
    }
  }

  /** Stops those of some callers. */
  void endWhere(Predicate<Caller> whose) {
    jobs.forEachOf(whose, this::end);
  }

  void forgetIdle() {
    Instant then = clock.instant().minus(idle);
    jobs.forEach(
        (id, job) -> {
          if (job.lastPoll.isBefore(then)) {
            end(id, job);
          }
        });
  }

  int size() {
    return jobs.size();
  }

  @Override
  public void close() {
    jobs.forEach(this::end);
  }
}
