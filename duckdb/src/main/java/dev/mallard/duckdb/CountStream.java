package dev.mallard.duckdb;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The result of an update: one row, how many rows it changed (0 for a definition). */
public final class CountStream implements BatchStream {
  /** Of every such result. */
  public static final Schema SCHEMA = DuckStatement.COUNT;

  private @Nullable IpcMessage message;

  private CountStream(IpcMessage message) {
    this.message = message;
  }

  public static CountStream of(long count, BufferAllocator allocator) {
    try (BigIntVector vector =
        (BigIntVector) DuckStatement.COUNT.getFields().get(0).createVector(allocator)) {
      vector.allocateNew(1);
      vector.set(0, Math.max(0, count));
      vector.setValueCount(1);
      VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), 1);
      return new CountStream(BatchEncoder.encode(root));
    }
  }

  @Override
  public Schema schema() {
    return DuckStatement.COUNT;
  }

  @Override
  public @Nullable IpcMessage next() {
    IpcMessage next = message;
    message = null;
    return next;
  }

  @Override
  public void close() {
    if (message != null) {
      message.close();
      message = null;
    }
  }
}
