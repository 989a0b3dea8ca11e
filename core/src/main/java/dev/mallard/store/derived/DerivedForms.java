package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFooter;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves datasets that are costly to decode from uncompressed Arrow files, each made while the
 * dataset is first read as a whole. The files are a cache: within the budget, kept over restarts,
 * and deleted by anybody at any time without loss. Without room for a file readers get the source
 * itself.
 *
 * <p>Thread-safe. The streams that it gives belong to their callers and may outlive it, though
 * those that follow a running conversion then go on from their source.
 */
public final class DerivedForms implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DerivedForms.class);
  private static final long CLOSE_SECONDS = 10;

  private final FormStore store;
  private final ArrowForms finished;
  private final DiskBudget budget;
  private final BufferAllocator allocator;
  private final FeatherFormat format;
  private final int maxConversions = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final ExecutorService executor;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * By key; guarded by the lock, under which nothing is opened. Empty if there is to be none after
   * all.
   */
  private final Map<String, CompletableFuture<Optional<SharedConversion>>> running =
      new HashMap<>();

  private boolean closed;
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong joins = new AtomicLong();
  private final AtomicLong misses = new AtomicLong();

  /**
   * What has happened since the start, and what is there now.
   *
   * @param hits reads of finished forms
   * @param joins reads that share a running conversion, the one that began it included
   * @param misses reads straight from the source
   * @param running conversions
   * @param forms finished ones
   * @param bytes of the finished forms
   * @param maxBytes of them and of whatever else the budget is for
   */
  public record Stats(
      long hits, long joins, long misses, int running, int forms, long bytes, long maxBytes) {}

  /**
   * @param folder of the cache's own; made if it is not there, cleared of what an earlier process
   *     left unfinished
   * @param budget of 0 for no cache
   * @param allocator stays the caller's; must not be closed before this is
   */
  public DerivedForms(Path folder, DiskBudget budget, BufferAllocator allocator)
      throws IOException {
    this(folder, budget, new FeatherFormat(), allocator, ServerEvents.NONE);
  }

  /**
   * As the other, and tells of each form that was made.
   *
   * @param format of the forms
   */
  public DerivedForms(
      Path folder,
      DiskBudget budget,
      FeatherFormat format,
      BufferAllocator allocator,
      ServerEvents events)
      throws IOException {
    this.format = format;
    this.budget = budget;
    this.allocator = allocator;
    this.store = new FormStore(folder, new FormFiles(".arrow"), budget, events);
    this.finished = new ArrowForms(store, format);
    this.executor =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "mallard-conversion");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Reads a dataset version, from its form if there is one. The first to read all rows has the form
   * made.
   *
   * @param key of the version: equal keys mean equal bytes
   * @param estimatedBytes that the rows have as Arrow, or −1
   * @param rows whose ends are split points of the source or beyond its last row
   */
  public BatchStream open(String key, long estimatedBytes, ConversionSource source, RowRange rows)
      throws IOException {
    if (rows.isEmpty()) {
      return direct(source, rows);
    }
    // Twice, as a conversion may end between the look at the store and the look at it.
    for (int attempt = 0; attempt < 2; attempt++) {
      BatchStream found = openFinished(key, source, rows);
      if (found != null) {
        hits.incrementAndGet();
        return found;
      }
      BatchStream joined = joinOrBegin(key, estimatedBytes, source, rows);
      if (joined != null) {
        joins.incrementAndGet();
        return joined;
      }
      if (store.find(key) == null) {
        break;
      }
    }
    return direct(source, rows);
  }

  private BatchStream direct(ConversionSource source, RowRange rows) throws IOException {
    misses.incrementAndGet();
    return source.open(rows);
  }

  private @Nullable BatchStream openFinished(String key, ConversionSource source, RowRange rows) {
    ArrowForms.Opened form = finished.open(key);
    if (form == null) {
      return null;
    }
    try (Closer onFailure = new Closer()) {
      onFailure.add(form.hold());
      onFailure.add(form.file());
      BatchStream stream = format.read(form.file(), form.footer(), rows, allocator);
      onFailure.release();
      return new FallbackStream(stream, new FinishedForm(key, form.hold()), source, rows);
    } catch (IllegalArgumentException e) {
      LOG.debug("a range of rows does not fit the form's batches", e);
      return null;
    }
  }

  private final class FinishedForm implements FallbackStream.Form {
    private final String key;
    private final DiskBudget.Hold hold;

    FinishedForm(String key, DiskBudget.Hold hold) {
      this.key = key;
      this.hold = hold;
    }

    @Override
    public void lost() {
      finished.discard(key);
    }

    @Override
    public void left() {
      hold.close();
    }
  }

  private @Nullable BatchStream joinOrBegin(
      String key, long estimatedBytes, ConversionSource source, RowRange rows) throws IOException {
    CompletableFuture<Optional<SharedConversion>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<SharedConversion>> begun;
    lock.lock();
    try {
      begun = running.get(key);
      if (begun == null && mayBegin(key, source, rows)) {
        running.put(key, mine);
      } else if (begun == null) {
        return null;
      }
    } finally {
      lock.unlock();
    }
    if (begun != null) {
      SharedConversion conversion = await(begun).orElse(null);
      return conversion == null ? null : follow(conversion, source, rows);
    }
    try {
      return begin(key, estimatedBytes, source, rows, mine);
    } finally {
      // Whatever went wrong, nobody may wait for ever; after a success this does nothing.
      if (mine.complete(Optional.empty())) {
        ended(key);
      }
    }
  }

  /** Under the lock. */
  private boolean mayBegin(String key, ConversionSource source, RowRange rows) {
    return !closed
        && store.find(key) == null
        && running.size() < maxConversions
        && isEverything(source, rows);
  }

  private static boolean isEverything(ConversionSource source, RowRange rows) {
    long[] splits = source.splitPoints();
    return rows.from() == 0 && (splits.length == 0 || rows.to() >= splits[splits.length - 1]);
  }

  /** Waits while somebody else opens the source. */
  private static Optional<SharedConversion> await(
      CompletableFuture<Optional<SharedConversion>> begun) {
    try {
      return begun.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SharedConversion.cancelled(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("nobody completes it so", e);
    }
  }

  /**
   * The source is opened here and not by the conversion's thread: a read that has begun does not
   * depend on what happens to the file's name after that.
   */
  private @Nullable BatchStream begin(
      String key,
      long estimatedBytes,
      ConversionSource source,
      RowRange rows,
      CompletableFuture<Optional<SharedConversion>> begun)
      throws IOException {
    FormStore.Room room = roomFor(key, estimatedBytes);
    if (room == null) {
      return null;
    }
    try (Closer onFailure = new Closer()) {
      onFailure.add(room);
      BatchStream decoded = onFailure.add(source.open(RowRange.ALL));
      SharedConversion conversion =
          new SharedConversion(key, source, decoded, room, allocator, () -> ended(key));
      BatchStream stream = follow(conversion, source, rows);
      if (stream == null) {
        return null;
      }
      onFailure.add(stream);
      onFailure.add(conversion, SharedConversion::abort);
      // Fails if there is no thread for it, or this is closed.
      executor.execute(conversion);
      onFailure.release();
      begun.complete(Optional.of(conversion));
      abortIfClosed(conversion);
      return stream;
    } catch (RejectedExecutionException e) {
      return null; // It was closed meanwhile.
    }
  }

  private FormStore.@Nullable Room roomFor(String key, long estimatedBytes) {
    try {
      return store.begin(key, estimatedBytes);
    } catch (IOException e) {
      LOG.warn("a derived form could not be begun; the dataset is read without it", e);
      return null;
    }
  }

  private static @Nullable BatchStream follow(
      SharedConversion conversion, ConversionSource source, RowRange rows) {
    BatchStream stream = conversion.join(rows);
    return stream == null
        ? null
        : new FallbackStream(stream, new FallbackStream.Form() {}, source, rows);
  }

  private void abortIfClosed(SharedConversion conversion) {
    lock.lock();
    try {
      if (closed) {
        conversion.abort();
      }
    } finally {
      lock.unlock();
    }
  }

  private void ended(String key) {
    lock.lock();
    try {
      running.remove(key);
    } finally {
      lock.unlock();
    }
  }

  /** Exact bytes of the dataset's messages, if its form is finished. */
  public OptionalLong arrowBytes(String key) {
    FeatherFooter footer = finished.footer(key);
    return footer == null || footer.arrowBytes() < 0
        ? OptionalLong.empty()
        : OptionalLong.of(footer.arrowBytes());
  }

  public Stats stats() {
    return new Stats(
        hits.get(),
        joins.get(),
        misses.get(),
        conversions(),
        store.count(),
        store.storedBytes(),
        budget.maxBytes());
  }

  private int conversions() {
    lock.lock();
    try {
      return running.size();
    } finally {
      lock.unlock();
    }
  }

  /** Stops the conversions and waits for their threads. */
  @Override
  public void close() {
    List<CompletableFuture<Optional<SharedConversion>>> all;
    lock.lock();
    try {
      closed = true;
      all = List.copyOf(running.values());
    } finally {
      lock.unlock();
    }
    // Those that are only being opened look whether it is closed.
    all.forEach(begun -> begun.getNow(Optional.empty()).ifPresent(SharedConversion::abort));
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a conversion has not stopped within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
