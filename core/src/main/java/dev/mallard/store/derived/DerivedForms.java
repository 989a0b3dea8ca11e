package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFooter;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.RowRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves datasets that are costly to decode from uncompressed Arrow files, each made while the
 * dataset is first read as a whole. The files are a cache: limited in size, kept over restarts, and
 * deleted by anybody at any time without loss. Without room for a file, or with no limit given (0),
 * readers get the source itself.
 *
 * <p>Thread-safe. The streams that it gives belong to their callers and may outlive it, though
 * those that follow a running conversion then go on from their source.
 */
public final class DerivedForms implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DerivedForms.class);
  private static final long CLOSE_SECONDS = 10;

  private final @Nullable FormStore store;
  private final long maxBytes;
  private final BufferAllocator allocator;
  private final FeatherFormat format = new FeatherFormat();
  private final int maxConversions = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final ExecutorService executor;

  /** By key; guarded by itself. */
  private final Map<String, SharedConversion> running = new HashMap<>();

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
   * @param maxBytes of all of them
   */
  public record Stats(
      long hits, long joins, long misses, int running, int forms, long bytes, long maxBytes) {}

  /**
   * @param folder of the cache's own; made if it is not there, cleared of what an earlier process
   *     left unfinished
   * @param maxBytes 0 for no cache
   * @param allocator stays the caller's; must not be closed before this is
   */
  public DerivedForms(Path folder, long maxBytes, BufferAllocator allocator) throws IOException {
    this.maxBytes = maxBytes;
    this.allocator = allocator;
    this.store = maxBytes > 0 ? new FormStore(folder, maxBytes) : null;
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
    if (store == null || rows.isEmpty()) {
      return direct(source, rows);
    }
    // Twice, as a conversion may end between the look at the store and the look at it.
    for (int attempt = 0; attempt < 2; attempt++) {
      BatchStream finished = openFinished(store, key, source, rows);
      if (finished != null) {
        hits.incrementAndGet();
        return finished;
      }
      BatchStream joined = joinOrBegin(store, key, estimatedBytes, source, rows);
      if (joined != null) {
        joins.incrementAndGet();
        return joined;
      }
      if (!store.contains(key)) {
        break;
      }
    }
    return direct(source, rows);
  }

  private BatchStream direct(ConversionSource source, RowRange rows) throws IOException {
    misses.incrementAndGet();
    return source.open(rows);
  }

  private @Nullable BatchStream openFinished(
      FormStore forms, String key, ConversionSource source, RowRange rows) {
    FormStore.OpenForm form = forms.open(key);
    if (form == null) {
      return null;
    }
    try {
      BatchStream stream = format.read(form.file(), form.footer(), rows, allocator);
      return new FallbackStream(stream, source, rows, () -> forms.discard(key));
    } catch (IllegalArgumentException e) {
      log.debug("a range of rows does not fit the form's batches", e);
      return null;
    }
  }

  private @Nullable BatchStream joinOrBegin(
      FormStore forms, String key, long estimatedBytes, ConversionSource source, RowRange rows)
      throws IOException {
    synchronized (running) {
      SharedConversion conversion = running.get(key);
      if (conversion != null) {
        return wrap(conversion.join(rows), source, rows);
      }
      if (closed || forms.contains(key) || running.size() >= maxConversions) {
        return null;
      }
      return isEverything(source, rows) ? begin(forms, key, estimatedBytes, source, rows) : null;
    }
  }

  private static boolean isEverything(ConversionSource source, RowRange rows) {
    long[] splits = source.splitPoints();
    return rows.from() == 0 && (splits.length == 0 || rows.to() >= splits[splits.length - 1]);
  }

  /**
   * The source is opened here and not by the conversion's thread: a read that has begun does not
   * depend on what happens to the file's name after that.
   */
  private @Nullable BatchStream begin(
      FormStore forms, String key, long estimatedBytes, ConversionSource source, RowRange rows)
      throws IOException {
    FormStore.Room room;
    try {
      room = forms.begin(key, estimatedBytes);
    } catch (IOException e) {
      log.warn("a derived form could not be begun; the dataset is read without it", e);
      return null;
    }
    if (room == null) {
      return null;
    }
    BatchStream decoded;
    try {
      decoded = source.open(RowRange.ALL);
    } catch (IOException | RuntimeException e) {
      room.close();
      throw e;
    }
    SharedConversion conversion =
        new SharedConversion(key, source, decoded, room, allocator, () -> ended(key));
    BatchStream stream = wrap(conversion.join(rows), source, rows);
    if (stream == null) {
      decoded.close();
      room.close();
      return null;
    }
    running.put(key, conversion);
    try {
      executor.execute(conversion);
      return stream;
    } catch (Throwable e) {
      // Out of threads: without this its readers would wait for ever.
      conversion.abort();
      decoded.close();
      room.close();
      running.remove(key);
      stream.close();
      throw e;
    }
  }

  private static @Nullable BatchStream wrap(
      @Nullable BatchStream stream, ConversionSource source, RowRange rows) {
    return stream == null ? null : new FallbackStream(stream, source, rows, () -> {});
  }

  private void ended(String key) {
    synchronized (running) {
      running.remove(key);
    }
  }

  /** Exact bytes of the dataset's messages, if its form is finished. */
  public OptionalLong arrowBytes(String key) {
    FeatherFooter footer = store == null ? null : store.footer(key);
    return footer == null || footer.arrowBytes() < 0
        ? OptionalLong.empty()
        : OptionalLong.of(footer.arrowBytes());
  }

  /** Drops the form of a version that nobody will ask for any more. Its readers go on. */
  public void forget(String key) {
    if (store == null) {
      return;
    }
    synchronized (running) {
      SharedConversion conversion = running.get(key);
      if (conversion != null) {
        conversion.abort();
      }
    }
    store.discard(key);
  }

  public Stats stats() {
    int conversions;
    synchronized (running) {
      conversions = running.size();
    }
    return new Stats(
        hits.get(),
        joins.get(),
        misses.get(),
        conversions,
        store == null ? 0 : store.count(),
        store == null ? 0 : store.storedBytes(),
        maxBytes);
  }

  /** Stops the conversions and waits for their threads. */
  @Override
  public void close() {
    synchronized (running) {
      closed = true;
      running.values().forEach(SharedConversion::abort);
    }
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a conversion has not stopped within {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
