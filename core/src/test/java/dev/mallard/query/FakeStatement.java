package dev.mallard.query;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Has one parameter, a number: its result is so many batches of one row. Writes down its runs. */
final class FakeStatement implements SqlStatement {
  static final Schema SCHEMA =
      new Schema(List.of(SampleFields.nullable("number", new ArrowType.Int(64, true))));

  /** A run with this number fails at once. */
  static final long FAILS_TO_RUN = 50;

  /** A run with this number fails after one batch, and says when it is asked again: the end. */
  static final long FAILS_IN_THE_MIDDLE = 60;

  /** The result of a run with this number has other types. */
  static final long OTHER_TYPES = 70;

  private static final Schema TEXT =
      new Schema(List.of(SampleFields.nullable("number", ArrowType.Utf8.INSTANCE)));

  boolean isQuery = true;

  private final List<String> log;
  private final BufferAllocator allocator;
  private long bound;

  /** Results that are open. */
  int open;

  boolean current = true;

  FakeStatement(List<String> log, BufferAllocator allocator) {
    this.log = log;
    this.allocator = allocator;
  }

  @Override
  public boolean isQuery() {
    return isQuery;
  }

  @Override
  public boolean isCurrent() {
    return current;
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Schema parameters() {
    return SCHEMA;
  }

  @Override
  public void bind(VectorSchemaRoot rows, int row) {
    bound = ((BigIntVector) rows.getVector(0)).get(row);
    log.add("bind " + bound);
  }

  @Override
  public void unbind() {
    bound = 0;
    log.add("unbind");
  }

  @Override
  public BatchStream run() {
    log.add("run " + bound);
    if (bound == FAILS_TO_RUN) {
      throw failure();
    }
    open++;
    return new Result(bound);
  }

  private static MallardException failure() {
    return new MallardException(ErrorCode.UNAVAILABLE, "a test's failure");
  }

  @Override
  public long update() {
    log.add("update " + bound);
    if (bound == FAILS_TO_RUN) {
      throw failure();
    }
    return bound;
  }

  @Override
  public void close() {
    log.add("close statement");
  }

  private final class Result implements BatchStream {
    private final long number;
    private long next;
    private boolean closed;

    Result(long number) {
      this.number = number;
    }

    @Override
    public Schema schema() {
      return number == OTHER_TYPES ? TEXT : SCHEMA;
    }

    @Override
    public @Nullable IpcMessage next() {
      if (number == FAILS_IN_THE_MIDDLE && next == 1) {
        next = number;
        throw failure();
      }
      if (next == number) {
        return null;
      }
      try (SampleBatch batch = SampleBatch.of(SCHEMA, 1, next++, allocator)) {
        return BatchEncoder.encode(batch.root());
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open--;
      }
    }
  }
}
