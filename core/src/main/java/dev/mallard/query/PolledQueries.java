package dev.mallard.query;

import dev.mallard.error.MallardException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
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
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

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

  QueryService.Progress start(Schema schema, DoubleSupplier fraction, Work work) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture<QueryPlan.Spooled> result =
        CompletableFuture.supplyAsync(() -> work.run(cancellation), executor);
    String id = UUID.randomUUID().toString();
    jobs.put(id, new Job(schema, cancellation, fraction, result, clock.instant()));
    return progress(id);
  }

  QueryService.Progress progress(String id) {
    Job job = require(id);
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
      jobs.remove(id);
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private Job require(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw MallardException.notFound(
          "there is no such polled query; it ended long ago, was cancelled, or failed: start it again");
    }
    return job;
  }

  /**
   * @return whether it was still running
   */
  boolean cancel(String id) {
    Job job = jobs.remove(id);
    if (job == null || job.result.isDone()) {
      return false;
    }
    job.cancellation.cancel();
    return true;
  }

  void forgetIdle() {
    Instant then = clock.instant().minus(idle);
    for (Map.Entry<String, Job> job : jobs.entrySet()) {
      if (job.getValue().lastPoll.isBefore(then)) {
        cancel(job.getKey());
      }
    }
  }

  @Override
  public void close() {
    List.copyOf(jobs.keySet()).forEach(this::cancel);
  }
}
