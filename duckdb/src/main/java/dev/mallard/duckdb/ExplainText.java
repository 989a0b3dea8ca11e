package dev.mallard.duckdb;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The result of an EXPLAIN, rewritten: DuckDB names the files that it reads, and users are not told
 * where they lie.
 */
final class ExplainText implements BatchStream {
  private final Schema schema;
  private @Nullable IpcMessage message;

  private ExplainText(Schema schema, IpcMessage message) {
    this.schema = schema;
    this.message = message;
  }

  /**
   * @param rows text in all columns; closed
   * @param schema of the rows
   */
  static ExplainText of(ResultSet rows, Schema schema, BufferAllocator allocator, DuckErrors errors)
      throws SQLException {
    List<FieldVector> vectors = new ArrayList<>();
    schema.getFields().forEach(field -> vectors.add(field.createVector(allocator)));
    try (rows;
        VectorSchemaRoot root = new VectorSchemaRoot(vectors)) {
      int count = 0;
      while (rows.next()) {
        for (int column = 0; column < vectors.size(); column++) {
          String text = errors.cleanPlan(String.valueOf(rows.getString(column + 1)));
          ((VarCharVector) vectors.get(column))
              .setSafe(count, text.getBytes(StandardCharsets.UTF_8));
        }
        count++;
      }
      root.setRowCount(count);
      return new ExplainText(schema, BatchEncoder.encode(root));
    }
  }

  @Override
  public Schema schema() {
    return schema;
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
