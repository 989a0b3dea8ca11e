package dev.mallard.query;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.NoRoomException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Results that wait to be read: small ones in memory, others in uncompressed Arrow files within the
 * budget. Each has a lease; what is not renewed is forgotten, and a file that has been read to its
 * end gives way to others even before. Thread-safe.
 */
final class ResultSpool implements AutoCloseable {
  /** A few messages. */
  private static final long WORTH_BYTES = 16 << 20;

  private final Path folder;
  private final DiskBudget disk;
  private final ByteBudget memory;
  private final Duration lease;
  private final Clock clock;
  private final FileFormat format;
  private final BufferAllocator allocator;
  private final OwnedMap<Result> results = new OwnedMap<>();

  /**
   * @param folder of its own; emptied
   * @param memoryBytes of all results in memory together
   * @param format that keeps messages as they are
   */
  ResultSpool(
      Path folder,
      DiskBudget disk,
      long memoryBytes,
      Duration lease,
      Clock clock,
      FileFormat format,
      BufferAllocator allocator)
      throws IOException {
    this.folder = folder.toAbsolutePath();
    this.disk = disk;
    this.memory = new ByteBudget(memoryBytes);
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

  private static final class Result {
    private final KeptResult kept;
    private volatile Instant until;

    Result(KeptResult kept, Instant until) {
      this.kept = kept;
      this.until = until;
    }
  }

  /**
   * Reads a result to its end and keeps it; the stream stays the caller's to close.
   *
   * @param owner whose it is then
   * @param parts at most, for reading in parallel
   * @throws MallardException RESOURCE_EXHAUSTED if there is no room
   */
  QueryPlan.Spooled add(BatchStream stream, Caller owner, int parts, Cancellation cancellation) {
    String id = UUID.randomUUID().toString();
    ResultParts counted = new ResultParts();
    KeptResult kept = keep(id, stream, counted, cancellation);
    Instant until = end();
    results.put(id, owner, new Result(kept, until));
    List<QueryPlan.Part> split = counted.split(kept.hasParts() ? parts : 1);
    return new QueryPlan.Spooled(id, counted.rows(), counted.bytes(), split, until);
  }

  private KeptResult keep(
      String id, BatchStream stream, ResultParts counted, Cancellation cancellation) {
    try (ResultWriter writer = writer(id, stream.schema())) {
      cancellation.check();
      IpcMessage message;
      while ((message = stream.next()) != null) {
        counted.count(message);
        write(message, writer);
        cancellation.check();
      }
      return writer.finish(() -> results.forget(id));
    } catch (NoRoomException e) {
      throw noRoom(e);
    } catch (IOException e) {
      throw StorageErrors.translate("keeping a result", e);
    }
  }

  private ResultWriter writer(String id, Schema schema) {
    Path file = folder.resolve(id + ".arrow");
    return new ResultWriter(file, schema, format, disk, memory, allocator);
  }

  private static void write(IpcMessage message, ResultWriter writer) throws IOException {
    try {
      writer.write(message);
    } catch (NoRoomException e) {
      Closer.closeAfter(e, message);
      throw e;
    }
  }

  private MallardException noRoom(NoRoomException why) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "SQL: there is no room to keep this result: "
            + (disk.maxBytes() == 0
                ? "nothing is kept on disk (--cache-size 0), and it is too much for memory"
                : why.getMessage())
            + "; read it as it comes, with one endpoint and without polling, select less, or read what"
            + " waits to be read",
        why);
  }

  /**
   * Moves the rest of a stream out of the way of what comes next. The stream stays the caller's to
   * close.
   *
   * @param mostBytes of it
   * @param isWanted whether to stop, as its reader wants it; asked before each message
   */
  Spilled spill(
      BatchStream stream, long mostBytes, BooleanSupplier isWanted, Cancellation cancellation) {
    try (Closer onFailure = new Closer();
        ResultWriter writer = writer("spilled-" + UUID.randomUUID(), stream.schema())) {
      IpcMessage message = null;
      MallardException full = null;
      boolean isWhole = false;
      while (!isWhole && full == null && !isWanted.getAsBoolean()) {
        cancellation.check();
        message = stream.next();
        isWhole = message == null;
        full = message == null ? null : refused(message, writer, mostBytes);
      }
      if (full != null && message != null) {
        onFailure.add(message);
      }
      KeptResult kept = onFailure.add(writer.finish(() -> {}));
      Closer owned = new Closer();
      owned.add(kept);
      BatchStream rows = new RunningResult(kept.open(RowRange.ALL), cancellation, owned);
      onFailure.release();
      if (full != null) {
        return new Spilled.NoRoom(new ContinuedStream(rows, message, stream), full);
      }
      return isWhole
          ? new Spilled.Whole(rows)
          : new Spilled.Interrupted(new ContinuedStream(rows, null, stream));
    } catch (IOException e) {
      throw StorageErrors.translate("keeping a result", e);
    }
  }

  /** Whether it is worth trying to move something that may stay where it is. */
  boolean hasRoom() {
    return disk.maxBytes() == 0
        ? memory.left() >= WORTH_BYTES
        : disk.attainableBytes() >= WORTH_BYTES;
  }

  /** Writes a message, or says why there is no room for it: then it is the caller's. */
  private @Nullable MallardException refused(
      IpcMessage message, ResultWriter writer, long mostBytes) throws IOException {
    if (writer.bytes() + message.encodedBytes() > mostBytes) {
      return new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "SQL: no more than " + mostBytes + " bytes of a result are kept for a reader who rests");
    }
    try {
      writer.write(message);
      return null;
    } catch (NoRoomException e) {
      return noRoom(e);
    }
  }

  /**
   * @param range a part's, or all
   * @throws MallardException NOT_FOUND if it is forgotten, or not this caller's
   */
  BatchStream read(String id, Caller who, RowRange range) {
    Result result = require(id, who);
    try {
      return result.kept.open(range);
    } catch (NoSuchFileException e) {
      throw gone();
    } catch (IOException e) {
      throw StorageErrors.translate("reading a result", e);
    } catch (IllegalArgumentException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "ticket: its rows are not those of an endpoint; use the tickets that the server issued",
          e);
    }
  }

  private Result require(String id, Caller who) {
    Result result = results.find(id, who);
    if (result != null && result.until.isBefore(clock.instant())) {
      end(id, result);
      result = null;
    }
    if (result == null) {
      throw gone();
    }
    return result;
  }

  private MallardException gone() {
    return MallardException.notFound(
        "the result is gone (results are kept for "
            + lease.toMinutes()
            + " minutes unless they are renewed, and after they were read only while there is room);"
            + " run the statement again");
  }

  Instant renew(String id, Caller who) {
    Result result = require(id, who);
    Instant end = end();
    result.kept.renew();
    result.until = end;
    return end;
  }

  boolean release(String id, Caller who) {
    Result result = results.take(id, who);
    if (result == null) {
      return false;
    }
    result.kept.close();
    return true;
  }

  private void end(String id, Result result) {
    if (results.remove(id, result)) {
      result.kept.close();
    }
  }

  /** Lets go of those of some callers. */
  void endWhere(Predicate<Caller> whose) {
    results.forEachOf(whose, this::end);
  }

  /** Lets go of what nobody has renewed. */
  void forgetOld() {
    Instant now = clock.instant();
    results.forEach(
        (id, result) -> {
          if (result.until.isBefore(now)) {
            end(id, result);
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

  /** Of those, what is in memory. */
  long memoryBytes() {
    return memory.used();
  }

  @Override
  public void close() {
    results.forEach(this::end);
  }
}
