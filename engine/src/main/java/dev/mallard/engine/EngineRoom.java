package dev.mallard.engine;

import dev.mallard.duckdb.DuckOptions;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Request;
import dev.mallard.engine.process.EngineActivation;
import dev.mallard.engine.process.EngineEnd;
import dev.mallard.engine.process.EngineListener;
import dev.mallard.engine.process.EngineProcess;
import dev.mallard.engine.process.EngineSettings;
import dev.mallard.engine.process.EngineStatus;
import dev.mallard.engine.process.EngineSupervisor;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.EngineState;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlEngine;
import dev.mallard.query.SqlMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SQL in a process of its own: no statement can hurt anyone but itself. What a process that is lost
 * was at is run again in the next one or answered truthfully. Thread-safe. Close it after its
 * connections.
 */
public final class EngineRoom implements SqlEngine {
  private static final Logger LOG = LoggerFactory.getLogger(EngineRoom.class);

  /** For so long what was told to stop may go on before the process is ended. */
  private static final long STUCK_MILLIS = 1_500;

  private static final long LOOK_MILLIS = 50;
  private static final long SHUT_SECONDS = 10;

  private final DuckOptions options;
  private final SqlDatasets datasets;
  private final BufferAllocator allocator;
  private final Path results;
  private final EngineSupervisor supervisor;
  private final Losses losses = new Losses(Clock.systemUTC());
  private final Commits commits;
  private final RemoteMetadata metadata;
  private final AtomicLong connections = new AtomicLong();
  private final ExecutorService starter;
  private final ScheduledThreadPoolExecutor timer;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private @Nullable Future<?> start;

  private volatile @Nullable LiveEngine current;
  private volatile boolean closed;
  private volatile @Nullable String lastFailure;

  /**
   * Begins to start a process; returns at once.
   *
   * @param options of DuckDB; its folder is emptied whenever a process starts
   * @param settings of the process
   * @param results a folder in which results are handed over; better in memory
   * @param allocator what results are accounted to
   * @param listener hears of its ends
   */
  public EngineRoom(
      DuckOptions options,
      EngineSettings settings,
      Path results,
      SqlDatasets datasets,
      BufferAllocator allocator,
      EngineListener listener)
      throws IOException {
    this.options = options;
    this.datasets = datasets;
    this.allocator = allocator;
    this.results = results;
    this.commits = new Commits(this, areCommitsWitnessed(options));
    this.metadata = new RemoteMetadata(this, datasets);
    this.supervisor = new EngineSupervisor(settings, new Activation(), listener);
    this.starter = Executors.newCachedThreadPool(task -> daemon(task, "mallard-engine-start"));
    this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "mallard-engine-timer"));
    timer.setRemoveOnCancelPolicy(true);
    supervisor.start();
  }

  /** Where users may attach databases of their own a transaction may change but one of them. */
  private static boolean areCommitsWitnessed(DuckOptions options) {
    return options.database() != null && !options.readOnly() && !options.allowFileAccess();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private final class Activation implements EngineActivation {
    @Override
    public void activate(EngineProcess process) throws IOException {
      try {
        current = LiveEngine.open(process, datasets, openOptions(), allocator);
        lastFailure = null;
      } catch (MallardException e) {
        if (!closed && !Objects.equals(e.getMessage(), lastFailure)) {
          lastFailure = e.getMessage();
          LOG.error("SQL does not work: {}", e.getMessage());
        }
        throw e;
      }
    }

    @Override
    public void requireAnswer(EngineProcess process) throws IOException {
      LiveEngine live = current;
      if (live == null || live.process() != process) {
        throw new IOException("it is not open");
      }
      live.requireAnswer();
    }
  }

  private Request.OpenOptions openOptions() throws IOException {
    Files.createDirectories(results);
    Path own = Files.createTempDirectory(results, "e");
    Path database = options.database();
    return new Request.OpenOptions(
        database == null ? null : database.toString(),
        options.work().toString(),
        options.limitBytes(),
        options.memoryBytes(),
        options.threads(),
        options.temporaryBytes(),
        options.allowFileAccess(),
        options.readOnly(),
        datasets.folder().toString(),
        own.toString(),
        commits.areWitnessed());
  }

  private Future<?> starting() {
    lock.lock();
    try {
      Future<?> known = start;
      if (known == null || known.isDone()) {
        known = starter.submit(supervisor::require);
        start = known;
      }
      return known;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The process that is ready, or the next one once it is.
   *
   * @param check throws if nobody waits any more
   * @throws MallardException UNAVAILABLE if there is none; why the database cannot be opened
   */
  LiveEngine live(Runnable check) {
    while (true) {
      LiveEngine now = current;
      if (now != null && now.isUsable()) {
        return now;
      }
      if (closed) {
        throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the server shuts down");
      }
      await(starting(), check);
    }
  }

  private static void await(Future<?> start, Runnable check) {
    while (true) {
      check.run();
      try {
        start.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        LOG.trace("still waiting", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", e);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof MallardException known) {
          throw new MallardException(known.code(), String.valueOf(known.getMessage()), known);
        }
        throw new MallardException(
            ErrorCode.UNAVAILABLE, "SQL: the engine could not be started; try again", e);
      }
    }
  }

  /** By which the engine is told of a connection. */
  long nextConnection() {
    return connections.incrementAndGet();
  }

  Losses losses() {
    return losses;
  }

  Commits commits() {
    return commits;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  /** Ends the process if a request is still under way after it was told to stop. */
  void watch(Calls on, long turn, Work work) {
    timer.schedule(() -> requireEnd(on, turn, work), STUCK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void requireEnd(Calls on, long turn, Work work) {
    if (on.turns() != turn || !on.isUsable()) {
      return;
    }
    if (on.isAsking() || on.isCommitting()) {
      watch(on, turn, work); // It waits for us, or cannot be stopped and will end.
      return;
    }
    work.setStuck();
    LOG.warn("statement {} does not stop: the engine is ended with it", work.id());
    on.live()
        .process()
        .kill(
            EngineEnd.Cause.STUCK, "statement " + work.id() + " did not stop when it was told to");
  }

  /** Asks what has to do with no statement, again if the process is lost meanwhile. */
  <T extends Answer> T ask(Request request, Class<T> expected) {
    try {
      return live(() -> {}).ask(request, expected);
    } catch (EngineLost first) {
      try {
        return live(() -> {}).ask(request, expected);
      } catch (EngineLost second) {
        throw Losses.restarted();
      }
    }
  }

  @Override
  public SqlConnection connect(SessionOptions session) {
    RemoteConnection connection = new RemoteConnection(this, session);
    connection.open();
    return connection;
  }

  @Override
  public EngineState state() {
    EngineStatus status = supervisor.status();
    return new EngineState(
        status.working(),
        true,
        status.restarts(),
        status.lastEnd().map(EngineEnd::why).orElse(null),
        status.fence().name().toLowerCase(Locale.ROOT),
        status.spare());
  }

  @Override
  public SqlMetadata metadata() {
    return metadata;
  }

  @Override
  public Set<String> settings() {
    return Set.copyOf(ask(new Request.Look(Request.What.SETTINGS), Answer.Texts.class).texts());
  }

  @Override
  public void tidy() {
    inPassing(new Request.Tidy());
  }

  @Override
  public void giveWay() {
    inPassing(new Request.GiveWay());
  }

  /** Where there is no engine there is nothing to be done. */
  private void inPassing(Request request) {
    LiveEngine live = current;
    if (live == null || !live.isUsable()) {
      return;
    }
    try {
      live.ask(request, Answer.Done.class);
    } catch (EngineLost e) {
      LOG.debug("the engine was lost meanwhile", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    LiveEngine live = current;
    try (Closer all = new Closer()) {
      all.add(starter::shutdownNow);
      if (live != null) {
        all.add(live::awaitEnd);
      }
      all.add(supervisor);
      if (live != null && live.isUsable()) {
        all.add(() -> live.shut(SHUT_SECONDS));
      }
    }
  }
}
