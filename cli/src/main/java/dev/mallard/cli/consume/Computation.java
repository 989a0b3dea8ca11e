package dev.mallard.cli.consume;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.TextTable;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What is computed of each batch: null counts, minima, maxima. One thread at a time. */
final class Computation implements AutoCloseable {
  private final BatchLoader loader;
  private final List<ColumnStatistics> columns;
  private final int passes;
  private long batches;
  private long rows;

  /**
   * @param schema in message form
   * @param passes how many times each batch is gone through, to make computing heavy
   */
  Computation(Schema schema, int passes, BufferAllocator allocator) {
    this.passes = passes;
    this.loader = new BatchLoader(schema, allocator);
    this.columns =
        loader.root().getFieldVectors().stream()
            .map(vector -> new ColumnStatistics(vector, loader.dictionaries()))
            .toList();
  }

  /** Takes in a message, which stays the caller's; a line on it, or null if it has no rows. */
  @Nullable String add(IpcMessage message) throws IOException {
    VectorSchemaRoot root = loader.load(message);
    if (root == null) {
      return null;
    }
    long nulls = 0;
    for (ColumnStatistics column : columns) {
      nulls += column.add(root.getRowCount());
    }
    for (int pass = 1; pass < passes; pass++) {
      for (ColumnStatistics column : columns) {
        column.repeat(root.getRowCount());
      }
    }
    batches++;
    rows += root.getRowCount();
    return "batch "
        + batches
        + ": "
        + Sizes.count(root.getRowCount(), "row")
        + ", "
        + Sizes.count(nulls, "null");
  }

  long rows() {
    return rows;
  }

  /** All columns, when all batches have been taken in. */
  List<String> summary() {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.Column.text("COLUMN"),
                TextTable.Column.number("NULLS"),
                TextTable.Column.text("MIN"),
                TextTable.Column.text("MAX")));
    columns.forEach(
        column ->
            table.add(column.name(), Sizes.count(column.nulls()), column.min(), column.max()));
    return table.plain();
  }

  @Override
  public void close() {
    loader.close();
  }
}
