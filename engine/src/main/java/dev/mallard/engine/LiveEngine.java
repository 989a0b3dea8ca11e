package dev.mallard.engine;

import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.link.Request;
import dev.mallard.engine.process.EngineEnd;
import dev.mallard.engine.process.EngineProcess;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlDatasets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process of the engine, open, and all that the server has of it: lines to it, and what is kept
 * for it. Thread-safe.
 */
final class LiveEngine {
  private static final Logger LOG = LoggerFactory.getLogger(LiveEngine.class);

  /** Lines that wait for their next user. */
  private static final int MOST_IDLE = 64;

  /** Where there is no room for a result its bodies come over the line, up to this length. */
  private static final long MOST_BODY = 128L << 20;

  private static final long END_SECONDS = 10;
  private static final long ANSWER_SECONDS = 5;

  private final EngineProcess process;
  private final BufferAllocator allocator;
  private final Path results;
  private final HeldThings held = new HeldThings();
  private final DatasetService datasets;
  private final ExecutorService wishes = single("mallard-engine-wishes");
  private final ExecutorService questions = single("mallard-engine-questions");

  /** What is being interrupted, said once. */
  private final Set<Request.Interrupt> interrupted = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private final Deque<Calls> idle = new ArrayDeque<>();

  private volatile boolean gone;

  /**
   * @param results a folder of its own, deleted at its end
   */
  private LiveEngine(
      EngineProcess process, SqlDatasets datasets, Path results, BufferAllocator allocator) {
    this.process = process;
    this.results = results;
    this.allocator = allocator;
    this.datasets = new DatasetService(datasets, held);
  }

  private static ExecutorService single(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Has a process open its database.
   *
   * @throws MallardException if it cannot be opened
   * @throws IOException if the process ended
   */
  static LiveEngine open(
      EngineProcess process,
      SqlDatasets datasets,
      Request.OpenOptions options,
      BufferAllocator allocator)
      throws IOException {
    LiveEngine live = new LiveEngine(process, datasets, Path.of(options.results()), allocator);
    try {
      Calls first = live.line();
      first.call(new Request.Open(options), Answer.Done.class);
      live.give(first);
      live.serveAsks(live.line());
    } catch (EngineLost e) {
      live.end();
      throw new IOException("the engine ended while it opened its database", e);
    } catch (RuntimeException e) {
      live.end();
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("nobody waits for it any more", e);
      }
      throw e;
    }
    process.end().thenRun(live::end);
    return live;
  }

  private void serveAsks(Calls aside) {
    Thread thread =
        new Thread(
            () -> {
              try (aside) {
                aside.serveAsks();
              } catch (IOException e) {
                LOG.debug("the engine asks no more", e);
              }
            },
            "mallard-engine-asks");
    thread.setDaemon(true);
    thread.start();
  }

  EngineProcess process() {
    return process;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  Path results() {
    return results;
  }

  DatasetService datasets() {
    return datasets;
  }

  HeldThings held() {
    return held;
  }

  boolean isUsable() {
    return !gone && process.isAlive();
  }

  private Calls line() throws IOException {
    return new Calls(this, new Line(process.connect(), MOST_BODY));
  }

  /**
   * A line of the caller's own, until it gives it back or closes it.
   *
   * @throws EngineLost if there is none any more
   */
  Calls take() {
    lock.lock();
    try {
      Calls ready = idle.pollFirst();
      if (ready != null) {
        return ready;
      }
    } finally {
      lock.unlock();
    }
    try {
      return line();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** A line on which nothing is under way. */
  void give(Calls calls) {
    lock.lock();
    try {
      if (calls.isUsable() && idle.size() < MOST_IDLE) {
        idle.addFirst(calls);
        return;
      }
    } finally {
      lock.unlock();
    }
    calls.close();
  }

  /**
   * A line has ended or says what cannot be understood: then the process is over. Waits until it
   * is.
   */
  EngineLost lost(Throwable why) {
    gone = true;
    if (process.isAlive()) {
      // It may be about to end by itself, which is the better reason.
      EngineEnd end = endWithin(1);
      if (end == null) {
        process.kill(EngineEnd.Cause.DIED, "it could not be understood: " + why.getMessage());
      } else {
        return new EngineLost(this, end, why);
      }
    }
    EngineEnd end = endWithin(END_SECONDS);
    return new EngineLost(
        this,
        end == null ? new EngineEnd(EngineEnd.Cause.SILENT, "it does not end", Instant.now()) : end,
        why);
  }

  private @org.jspecify.annotations.Nullable EngineEnd endWithin(long seconds) {
    boolean interruptedHere = false;
    try {
      return process.end().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interruptedHere = true;
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return null;
    } finally {
      if (interruptedHere) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes a request on a connection fail soon; waits for nothing. */
  void interrupt(Request.Interrupt request) {
    if (interrupted.add(request)) {
      wish(
          () -> {
            interrupted.remove(request);
            tell(request);
          });
    }
  }

  /** Nobody wants what is computed ahead on a connection; waits for nothing. */
  void stopResult(Request.StopResult request) {
    wish(() -> tell(request));
  }

  private void wish(Runnable work) {
    try {
      wishes.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine is gone", e);
    }
  }

  private void tell(Request request) {
    try {
      ask(request, Answer.Done.class);
    } catch (EngineLost | MallardException e) {
      LOG.debug("the engine was not told", e);
    }
  }

  /** How far a connection is; −1 if that is not known. */
  double progress(long connection) {
    if (!isUsable()) {
      return -1;
    }
    try {
      return ask(new Request.Progress(connection), Answer.Fraction.class).done();
    } catch (EngineLost | MallardException e) {
      return -1;
    }
  }

  /** Asks on a line of the pool. */
  <T extends Answer> T ask(Request request, Class<T> expected) {
    Calls calls = take();
    try {
      return calls.call(request, expected);
    } finally {
      give(calls);
    }
  }

  /**
   * @throws IOException if the engine does not answer in time
   */
  void requireAnswer() throws IOException {
    Future<List<String>> answer =
        questions.submit(() -> ask(new Request.Ping(), Answer.Texts.class).texts());
    try {
      answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no answer", e);
    }
  }

  /** Lets it close its database, if it does so in time. */
  void shut(long seconds) {
    Future<?> shut = questions.submit(() -> ask(new Request.Shut(), Answer.Done.class));
    try {
      shut.get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the engine did not close its database", e);
    }
  }

  /** Waits until nothing is left of it. */
  void awaitEnd() {
    if (endWithin(END_SECONDS) == null) {
      LOG.warn("the engine does not end");
    }
    end();
  }

  void close(FileChannel place) {
    try {
      place.close();
    } catch (IOException e) {
      LOG.debug("a result's place could not be closed", e);
    }
  }

  /** The process is gone. */
  private void end() {
    gone = true;
    wishes.shutdown();
    questions.shutdown();
    Deque<Calls> left;
    lock.lock();
    try {
      left = new ArrayDeque<>(idle);
      idle.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(Calls::close);
    try {
      held.close();
    } catch (RuntimeException e) {
      LOG.warn("what was kept for the engine could not be let go of", e);
    }
    deleteResults();
  }

  private void deleteResults() {
    try (var files = Files.list(results)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(results);
    } catch (IOException e) {
      LOG.debug("results could not be deleted", e);
    }
  }
}
