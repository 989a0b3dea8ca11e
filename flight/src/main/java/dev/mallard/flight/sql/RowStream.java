package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are at hand as objects, as a stream. A page of them is encoded when it is asked for.
 */
final class RowStream<T> implements BatchStream {
  /** Sets the cells of one row. */
  interface Writer<T> {
    void write(T value, VectorSchemaRoot root, int row);
  }

  private final Schema schema;
  private final List<T> rows;
  private final Writer<T> writer;
  private final int pageRows;
  private final BufferAllocator allocator;
  private int position;

  RowStream(
      Schema schema, List<T> rows, int pageRows, Writer<T> writer, BufferAllocator allocator) {
    this.schema = schema;
    this.rows = rows;
    this.pageRows = pageRows;
    this.writer = writer;
    this.allocator = allocator;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean mayWait() {
    return false;
  }

  @Override
  public @Nullable IpcMessage next() {
    if (position == rows.size()) {
      return null;
    }
    int count = Math.min(pageRows, rows.size() - position);
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
      root.allocateNew();
      for (int row = 0; row < count; row++) {
        writer.write(rows.get(position + row), root, row);
      }
      root.setRowCount(count);
      position += count;
      return BatchEncoder.encode(root);
    }
  }

  @Override
  public void close() {
    position = rows.size();
  }
}
