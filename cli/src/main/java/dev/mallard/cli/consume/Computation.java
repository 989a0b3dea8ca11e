package dev.mallard.cli.consume;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.cli.output.TextTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What is computed of each batch: null counts, minima, maxima. The columns of a batch are divided
 * among the workers; batches come one at a time, from one thread.
 */
final class Computation implements AutoCloseable {
  private final BatchLoader loader;
  private final List<ColumnStatistics> columns;
  private final int passes;
  private final @Nullable ExecutorService workers;
  private long batches;
  private long rows;

  /**
   * @param schema in message form
   * @param passes how many times each batch is gone through, to make computing heavy
   * @param threads that compute; with 1 it is the caller's own
   */
  Computation(Schema schema, int passes, int threads, BufferAllocator allocator) {
    this.passes = passes;
    this.loader = new BatchLoader(schema, allocator);
    this.columns =
        loader.root().getFieldVectors().stream()
            .map(vector -> new ColumnStatistics(vector, loader.dictionaries()))
            .toList();
    this.workers = threads == 1 ? null : Executors.newFixedThreadPool(threads);
  }

  /** Takes in a message, which stays the caller's; a line on it, or null if it has no rows. */
  @Nullable String add(IpcMessage message) throws IOException {
    VectorSchemaRoot root = loader.load(message);
    if (root == null) {
      return null;
    }
    long nulls = nulls(root.getRowCount());
    batches++;
    rows += root.getRowCount();
    return "batch "
        + batches
        + ": "
        + Sizes.count(root.getRowCount(), "row")
        + ", "
        + Sizes.count(nulls, "null");
  }

  private long nulls(int batchRows) throws IOException {
    if (workers == null) {
      return columns.stream().mapToLong(column -> column.add(batchRows, passes)).sum();
    }
    List<Callable<Long>> work = new ArrayList<>();
    columns.forEach(column -> work.add(() -> column.add(batchRows, passes)));
    try {
      long nulls = 0;
      for (Future<Long> column : workers.invokeAll(work)) {
        nulls += column.get();
      }
      return nulls;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("computing failed: " + e.getCause(), e);
    }
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
    if (workers != null) {
      workers.shutdown();
    }
    loader.close();
  }
}
