package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Results that wait to be read: small ones in memory, others in uncompressed Arrow files, limited
 * in size together. Each has a lease; what is not renewed is forgotten. Thread-safe.
 */
final class ResultSpool implements AutoCloseable {
  private static final long SMALL_BYTES = 256 << 10;

  private final Path folder;
  private final long maxBytes;
  private final Duration lease;
  private final Clock clock;
  private final FileFormat format;
  private final BufferAllocator allocator;
  private final Map<String, Result> results = new ConcurrentHashMap<>();
  private final AtomicLong used = new AtomicLong();

  /**
   * @param folder of its own; emptied
   * @param format that keeps messages as they are
   */
  ResultSpool(
      Path folder,
      long maxBytes,
      Duration lease,
      Clock clock,
      FileFormat format,
      BufferAllocator allocator)
      throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    this.lease = lease;
    this.clock = clock;
    this.format = format;
    this.allocator = allocator;
    Files.createDirectories(folder);
    try (DirectoryStream<Path> old = Files.newDirectoryStream(folder)) {
      for (Path file : old) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Where a result lies. */
  private sealed interface Place {
    record Memory(StoredBatches batches) implements Place {}

    record Disk(Path file, FileFooter footer) implements Place {}
  }

  private record Result(Place place, long rows, long bytes, Instant until) {
    Result renewed(Instant end) {
      return new Result(place, rows, bytes, end);
    }
  }

  /**
   * Reads a result to its end and keeps it; the stream stays the caller's to close.
   *
   * @param parts at most, for reading in parallel
   * @throws MallardException RESOURCE_EXHAUSTED if there is no room
   */
  QueryPlan.Spooled add(BatchStream stream, int parts, Cancellation cancellation) {
    String id = UUID.randomUUID().toString();
    try {
      Counted counted = new Counted(stream, cancellation);
      Place place = store(id, counted);
      Result result = new Result(place, counted.rows(), counted.bytes(), end());
      results.put(id, result);
      int count = place instanceof Place.Memory ? 1 : parts;
      return new QueryPlan.Spooled(
          id, result.rows(), result.bytes(), counted.split(count), result.until());
    } catch (IOException e) {
      throw StorageErrors.translate("keeping a result", e);
    }
  }

  /** In memory as long as it is small; then what was read goes to disk, and the rest with it. */
  private Place store(String id, Counted stream) throws IOException {
    List<IpcMessage> first = new ArrayList<>();
    try {
      IpcMessage message = null;
      while (stream.bytes() <= SMALL_BYTES && (message = stream.next()) != null) {
        first.add(message);
      }
      BatchStream begun = new Prefixed(first, stream);
      if (message == null && stream.bytes() <= SMALL_BYTES) {
        return new Place.Memory(StoredBatches.of("result", begun, Long.MAX_VALUE, allocator));
      }
      return toDisk(folder.resolve(id + ".arrow"), begun);
    } finally {
      first.forEach(IpcMessage::close);
    }
  }

  private Place toDisk(Path file, BatchStream stream) throws IOException {
    long reserved = 0;
    boolean done = false;
    try {
      try (FileChannel channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.READ);
          BatchWriter writer = format.write(channel, stream.schema(), allocator)) {
        IpcMessage message;
        while ((message = stream.next()) != null) {
          reserved += reserve(message);
          writer.write(message);
        }
        writer.finish(Map.of());
        FileFooter footer = format.readFooter(channel);
        done = true;
        return new Place.Disk(file, footer);
      }
    } finally {
      if (!done) {
        used.addAndGet(-reserved);
        Files.deleteIfExists(file);
      }
    }
  }

  private long reserve(IpcMessage message) {
    long bytes = message.encodedBytes();
    if (used.addAndGet(bytes) > maxBytes) {
      used.addAndGet(-bytes);
      message.close();
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "SQL: there is no room to keep this result (--cache-size); read it as it comes, with one endpoint"
              + " and without polling, or select less");
    }
    return bytes;
  }

  /** The rest of a stream, moved out of the way of what comes next; deleted when it is closed. */
  BatchStream spill(BatchStream stream) {
    QueryPlan.Spooled spooled = add(stream, 1, new Cancellation());
    BatchStream kept = read(spooled.id(), RowRange.ALL);
    return new BatchStream() {
      @Override
      public org.apache.arrow.vector.types.pojo.Schema schema() {
        return kept.schema();
      }

      @Override
      public @Nullable IpcMessage next() throws IOException {
        return kept.next();
      }

      @Override
      public void close() {
        kept.close();
        release(spooled.id());
      }
    };
  }

  /**
   * @param range a part's, or all
   * @throws MallardException NOT_FOUND if it is forgotten
   */
  BatchStream read(String id, RowRange range) {
    Result result = require(id);
    if (result.place() instanceof Place.Memory memory) {
      return memory.batches().stream(allocator);
    }
    Place.Disk disk = (Place.Disk) result.place();
    try {
      FileChannel channel = FileChannel.open(disk.file(), StandardOpenOption.READ);
      try {
        return format.read(channel, disk.footer(), range, allocator);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw StorageErrors.translate("reading a result", e);
    } catch (IllegalArgumentException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "ticket: its rows are not those of an endpoint; use the tickets that the server issued",
          e);
    }
  }

  private Result require(String id) {
    forgetOld();
    Result result = results.get(id);
    if (result == null) {
      throw MallardException.notFound(
          "the result is gone (results are kept for "
              + lease.toMinutes()
              + " minutes unless they are renewed); run the statement again");
    }
    return result;
  }

  Instant renew(String id) {
    Result result = require(id);
    Instant end = end();
    results.replace(id, result, result.renewed(end));
    return end;
  }

  boolean release(String id) {
    Result result = results.remove(id);
    if (result == null) {
      return false;
    }
    delete(result);
    return true;
  }

  private void delete(Result result) {
    if (result.place() instanceof Place.Disk disk) {
      used.addAndGet(-result.bytes());
      try {
        Files.deleteIfExists(disk.file());
      } catch (IOException e) {
        throw StorageErrors.translate("deleting a result", e);
      }
    }
  }

  /** Lets go of what nobody has renewed. */
  void forgetOld() {
    Instant now = clock.instant();
    results.forEach(
        (id, result) -> {
          if (result.until().isBefore(now) && results.remove(id, result)) {
            delete(result);
          }
        });
  }

  private Instant end() {
    return clock.instant().plus(lease);
  }

  /** Results that are kept now. */
  int size() {
    return results.size();
  }

  @Override
  public void close() {
    List.copyOf(results.keySet()).forEach(this::release);
  }
}
