package dev.mallard.query;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** An engine's result of a few batches. */
final class NumberedRows implements BatchStream {
  static final int BATCHES = 5;
  static final int ROWS = 10_000;
  static final Schema SCHEMA =
      new Schema(List.of(SampleFields.nullable("number", new ArrowType.Int(64, true))));

  private final List<String> log;
  private final BufferAllocator allocator;
  private final int failAt;
  private int next;

  /** Is run before each batch is computed. */
  Runnable onNext = () -> {};

  /**
   * @param failAt the batch at which the engine fails
   */
  NumberedRows(List<String> log, BufferAllocator allocator, int failAt) {
    this.log = log;
    this.allocator = allocator;
    this.failAt = failAt;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public @Nullable IpcMessage next() {
    onNext.run();
    if (next == failAt) {
      next = BATCHES; // An engine that is asked again after an error may say: the end.
      throw new MallardException(ErrorCode.UNAVAILABLE, "the engine failed");
    }
    if (next == BATCHES) {
      return null;
    }
    try (SampleBatch batch = SampleBatch.of(SCHEMA, ROWS, next++, allocator)) {
      return BatchEncoder.encode(batch.root());
    }
  }

  @Override
  public void close() {
    log.add("close rows");
  }

  /** Reads one batch. */
  static void readOne(BatchStream result) throws IOException {
    IpcMessage message = result.next();
    if (message == null) {
      throw new AssertionError("there is no more");
    }
    message.close();
  }

  /** Reads to the end, closes it, and counts the rows. */
  static long rest(BatchStream result) throws IOException {
    long rows = 0;
    try (result) {
      for (IpcMessage next = result.next(); next != null; next = result.next()) {
        rows += next.rows();
        next.close();
      }
    }
    return rows;
  }
}
