package dev.mallard.generate;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A sample table's rows as messages, computed as they are pulled. Each message has buffers of its
 * own; the stream itself holds no memory.
 */
public final class SampleStream implements BatchStream {
  private static final int BATCH_BYTES = 1 << 20;
  private static final int ROW_STEP = 64;
  private static final int MAX_BATCH_ROWS = 65_536;
  private static final int PROBED_ROWS = 64;

  private final SampleTable table;
  private final long endRow;
  private final int batchRows;
  private final BufferAllocator allocator;
  private long nextRow;

  /**
   * A range of the table's rows.
   *
   * @param endRow the first row that is not wanted any more
   * @param batchRows rows of each batch but the last
   * @throws IndexOutOfBoundsException if the table has no such rows
   */
  public SampleStream(
      SampleTable table, long firstRow, long endRow, int batchRows, BufferAllocator allocator) {
    Objects.checkFromToIndex(firstRow, endRow, table.rows());
    if (batchRows <= 0) {
      throw new IllegalArgumentException("batchRows: " + batchRows + " (expected: > 0)");
    }
    this.table = table;
    this.nextRow = firstRow;
    this.endRow = endRow;
    this.batchRows = batchRows;
    this.allocator = allocator;
  }

  /** The whole table in batches of about 1 MiB. */
  public static SampleStream of(SampleTable table, BufferAllocator allocator) {
    return new SampleStream(table, 0, table.rows(), batchRows(table, allocator), allocator);
  }

  /**
   * How many rows of the table make a batch of about 1 MiB, by the look of its first ones: a
   * multiple of 64 up to 65,536.
   */
  public static int batchRows(SampleTable table, BufferAllocator allocator) {
    int probed = (int) Math.min(PROBED_ROWS, table.rows());
    if (probed == 0) {
      return ROW_STEP;
    }
    try (IpcMessage message = encode(table, 0, probed, allocator)) {
      long rows = BATCH_BYTES * (long) probed / Math.max(1, message.body().length());
      return (int) Math.max(ROW_STEP, Math.min(MAX_BATCH_ROWS, rows / ROW_STEP * ROW_STEP));
    }
  }

  @Override
  public Schema schema() {
    return table.schema();
  }

  @Override
  public @Nullable IpcMessage next() {
    if (nextRow >= endRow) {
      return null;
    }
    int rows = (int) Math.min(batchRows, endRow - nextRow);
    IpcMessage message = encode(table, nextRow, rows, allocator);
    nextRow += rows;
    return message;
  }

  /** Gives no more messages; there is nothing to let go of. */
  @Override
  public void close() {
    nextRow = endRow;
  }

  private static IpcMessage encode(
      SampleTable table, long firstRow, int rows, BufferAllocator allocator) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), allocator)) {
      table.fill(root, firstRow, rows);
      return BatchEncoder.encode(root);
    }
  }
}
