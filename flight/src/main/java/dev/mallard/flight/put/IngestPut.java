package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageIntake;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallTally;
import dev.mallard.query.Ingest;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Puts rows into an SQL table. */
final class IngestPut implements PutSink {
  private final String name;
  private final MessageIntake intake;
  private final Supplier<Ingest> begin;
  private @Nullable Ingest ingest;

  /**
   * @param begin may block
   */
  IngestPut(
      String table,
      Schema schema,
      BufferAllocator allocator,
      CheckLimits limits,
      Supplier<Ingest> begin) {
    this.name = "ingest into '" + table + "'";
    this.intake = new MessageIntake(schema, allocator, limits);
    this.begin = begin;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable ByteString start() {
    ingest = begin.get();
    return null;
  }

  private Ingest open() {
    return Objects.requireNonNull(ingest);
  }

  @Override
  public void write(IpcMessage message) {
    try {
      open().write(intake.plain(message));
    } catch (IOException e) {
      throw new MallardException(ErrorCode.INTERNAL, name + ": reading a message failed", e);
    }
  }

  @Override
  public ByteString finish() {
    long rows = open().commit();
    CallTally.current().add(Math.max(0, rows), -1);
    return PutReplies.updated(rows);
  }

  @Override
  public void close() {
    if (ingest != null) {
      ingest.close();
      ingest = null;
    }
  }
}
