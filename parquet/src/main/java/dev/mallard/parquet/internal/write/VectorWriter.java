package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.FullWrites;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/**
 * Writes Arrow batches to a Parquet file from which the same schema and values come back.
 *
 * <p>Batches are gathered to row groups. While the next row group gathers, the one before it is
 * encoded on the executor, a column a thread; no more than these two are in memory. What goes wrong
 * there is thrown by the next {@link #write} or {@link #finish}, after which only {@link #close()}
 * may be called.
 *
 * <p>One thread at a time. The channel stays the caller's and is only appended to: it may be a
 * file, which must be empty, or a pipe. {@link #close()} must be called, and lets go of all memory.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">File format</a>
 */
public final class VectorWriter implements AutoCloseable {
  private enum State {
    OPEN,
    FAILED,
    ENDED
  }

  private final WritableByteChannel out;
  private final Schema arrowSchema;
  private final WriterSchema schema;
  private final WriterSettings options;
  private final BufferAllocator allocator;
  private final Executor executor;

  private final List<Segment> segments = new ArrayList<>();
  private long gatheredRows;
  private long gatheredBytes;
  private final Deque<EncoderScratch> scratches = new ArrayDeque<>();
  private @Nullable RowGroupWriter inFlight;
  private final List<RowGroup> rowGroups = new ArrayList<>();
  private long rows;
  private long position;
  private State state = State.OPEN;

  /**
   * @param schema as it stands in a Schema message: value types for dictionary-encoded fields
   * @param allocator for pages and compressed columns; everything is given back by {@link #close()}
   * @param executor encodes columns; may be shared, bounded, or the caller's own thread
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT for a type that Parquet cannot hold
   */
  public VectorWriter(
      WritableByteChannel out,
      Schema schema,
      WriterSettings options,
      BufferAllocator allocator,
      Executor executor)
      throws IOException {
    this.out = out;
    this.arrowSchema = schema;
    this.schema = ParquetSchemaWriter.translate(schema);
    this.options = options;
    this.allocator = allocator;
    this.executor = executor;
    FullWrites.write(out, ByteBuffer.wrap(FooterWriter.MAGIC));
    position = FooterWriter.MAGIC.length;
  }

  /**
   * Adds a batch. Does not take it over, but keeps references to its buffers and to those of its
   * dictionaries: the caller may clear or close them at once and replace dictionaries, but must not
   * write new values into the same buffers.
   *
   * @param batch vectors as they are in memory: indices for dictionary-encoded fields
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if this or an earlier batch does
   *     not fit the schema or has a value that Parquet cannot hold
   */
  public void write(VectorSchemaRoot batch, DictionaryProvider dictionaries) throws IOException {
    requireOpen();
    state = State.FAILED;
    RetainedBatch retained = BatchCapture.capture(schema, batch, dictionaries, allocator);
    try {
      gather(retained);
    } finally {
      retained.release();
    }
    state = State.OPEN;
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("the writer has ended");
    }
  }

  private void gather(RetainedBatch batch) throws IOException {
    for (int row = 0; row < batch.rows(); ) {
      int fitting = fittingRows(batch, row);
      if (fitting == 0) {
        flush();
        continue;
      }
      batch.retain();
      segments.add(new Segment(batch, row, row + fitting));
      gatheredRows += fitting;
      row += fitting;
      if (gatheredRows >= options.rowGroupRows()) {
        flush();
      }
    }
  }

  /** 0 if the row group has something and not even one row more should go in. */
  private int fittingRows(RetainedBatch batch, int row) {
    int count = (int) Math.min(batch.rows() - row, options.rowGroupRows() - gatheredRows);
    while (true) {
      long bytes = RowBytes.of(batch.columns(), row, row + count);
      if (gatheredBytes + bytes <= options.rowGroupBytes() || (count == 1 && gatheredRows == 0)) {
        gatheredBytes += bytes;
        return count;
      }
      if (count == 1) {
        return 0;
      }
      count /= 2;
    }
  }

  private void flush() throws IOException {
    awaitInFlight();
    RowGroupWriter next =
        new RowGroupWriter(schema, segments, options, allocator, scratches, this::writeChunk);
    rows += gatheredRows;
    segments.clear();
    gatheredRows = 0;
    gatheredBytes = 0;
    inFlight = next;
    next.start(executor);
  }

  private void awaitInFlight() throws IOException {
    RowGroupWriter current = inFlight;
    inFlight = null;
    if (current == null) {
      return;
    }
    RowGroup group = current.await();
    if (rowGroups.size() <= Short.MAX_VALUE) {
      group.setOrdinal((short) rowGroups.size());
    }
    if (group.getColumnsSize() > 0) {
      group.setFile_offset(FooterConcatenation.start(group.getColumns().get(0)));
    }
    rowGroups.add(group);
  }

  /** Called by the row group's workers, one at a time. */
  private ColumnChunk writeChunk(EncodedChunk chunk) throws IOException {
    ColumnChunk written = chunk.writeTo(out, position);
    position += chunk.size();
    return written;
  }

  /**
   * Writes the last row group and the footer. Does not sync.
   *
   * @param properties entries for the footer's key-value metadata, whose keys begin with {@code
   *     mallard:}
   */
  public WrittenParquet finish(Map<String, String> properties) throws IOException {
    requireOpen();
    state = State.FAILED;
    if (gatheredRows > 0) {
      flush();
    }
    awaitInFlight();
    FooterWriter.write(out, schema, arrowSchema, rowGroups, rows, properties);
    state = State.ENDED;
    return new WrittenParquet(rows, rowGroups.size());
  }

  /** Waits for the workers and lets go of all memory; leaves the file as it is. */
  @Override
  public void close() {
    state = State.ENDED;
    RowGroupWriter current = inFlight;
    inFlight = null;
    if (current != null) {
      current.cancel();
    }
    segments.forEach(segment -> segment.batch().release());
    segments.clear();
    scratches.forEach(EncoderScratch::close);
    scratches.clear();
  }
}
