package dev.mallard.parquet.internal.read;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.error.Closer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of a Parquet file as Arrow batches. A batch never crosses a row group and begins at a
 * multiple of the batch size counted from the row group's start, so that the same file and size
 * always give the same batches. While the caller uses one batch the next one is being decoded.
 *
 * <p>One thread at a time pulls; {@link #close} may be called by any thread that is not inside
 * {@link #next}. Closing drops what is being decoded. The file stays open.
 */
public final class BatchReader implements AutoCloseable {
  /** For all columns together. */
  private static final int READ_AHEAD_BYTES = 64 << 20;

  private static final int MAX_READ_AHEAD = 1 << 20;
  private static final int MIN_READ_AHEAD = 64 << 10;

  private final Projection projection;
  private final BufferAllocator allocator;
  private final Executor executor;
  private final Closer closer = new Closer();
  private final Decompressors decompressors;
  private final Map<Integer, ColumnReader> columns = new LinkedHashMap<>();
  private final NestedAssembler assembler;
  private final FileDictionarySet dictionaries;
  private final BatchCursor cursor;
  private @Nullable BatchTask ahead;
  private volatile boolean closed;

  /**
   * Prepares reading; gathers the dictionaries of dictionary-encoded columns, which reads their
   * dictionary pages in the whole file.
   *
   * @param groups the row groups of the footer that are read, in this order
   * @param batchRows rows of every batch but the last of a row group
   * @param executor helps with the decoding; may be busy or refuse
   * @throws dev.mallard.error.MallardException DATA_LOSS naming the column if the file is damaged
   */
  public BatchReader(
      FileChannel file,
      ParquetFooter footer,
      Projection projection,
      List<RowGroup> groups,
      int batchRows,
      BufferAllocator allocator,
      Executor executor)
      throws IOException {
    this.projection = projection;
    this.allocator = allocator;
    this.executor = executor;
    this.cursor = new BatchCursor(groups, batchRows);
    this.assembler = new NestedAssembler(projection.columns(), allocator);
    this.decompressors = closer.add(new Decompressors(allocator));
    try {
      Map<Integer, FileDictionary> gathered =
          FileDictionaries.gather(file, footer, projection, decompressors);
      addColumns(file, gathered);
      this.dictionaries = closer.add(new FileDictionarySet(projection, gathered, allocator));
    } catch (Throwable e) {
      Closer.closeAfter(e, closer);
      throw e;
    }
  }

  private void addColumns(FileChannel file, Map<Integer, FileDictionary> gathered) {
    List<ReadNode.Leaf> leaves = projection.leaves();
    HeapBudget heap = decompressors.heap();
    int readAhead =
        Math.max(
            MIN_READ_AHEAD,
            Math.min(MAX_READ_AHEAD, READ_AHEAD_BYTES / Math.max(1, leaves.size())));
    for (ReadNode.Leaf leaf : leaves) {
      boolean hasLevels = leaf.presentAt() > 0 || leaf.depth() > 0;
      PageReader pages = new PageReader(file, readAhead, hasLevels, decompressors);
      ValueSink sink = ValueSinks.of(leaf, gathered.get(leaf.column()), heap, allocator);
      ColumnReader column = new ColumnReader(leaf, pages, sink, heap, allocator);
      columns.put(leaf.column(), closer.add(column));
    }
  }

  /**
   * The dictionaries of the fields of {@link #next}, complete from the start. They belong to the
   * reader and live until it is closed.
   */
  public DictionaryProvider dictionaries() {
    return dictionaries.vectors();
  }

  /**
   * The next batch in memory form, or null at the end. The caller closes it.
   *
   * @throws dev.mallard.error.MallardException DATA_LOSS naming the column if the file is damaged;
   *     RESOURCE_EXHAUSTED if the allocator refuses
   */
  public @Nullable VectorSchemaRoot next() throws IOException {
    try (BatchParts parts = nextParts()) {
      if (parts == null) {
        return null;
      }
      VectorSchemaRoot root =
          VectorSchemaRoot.create(ArrowSchemas.toMemoryForm(projection.schema()), allocator);
      try (ArrowRecordBatch batch = parts.toRecordBatch()) {
        new VectorLoader(root).load(batch);
        return root;
      } catch (Throwable e) {
        root.close();
        throw e;
      }
    } catch (OutOfMemoryException e) {
      throw DamagedFile.noMemory(e);
    }
  }

  /** As {@link #next}, in pieces. */
  @Nullable BatchParts nextParts() throws IOException {
    BatchTask current = ahead == null ? begin() : ahead;
    ahead = null;
    if (current == null || closed) {
      return null;
    }
    BatchParts parts = finish(current);
    // Only now: a column's levels are in its reader until the batch is put together.
    ahead = begin();
    return parts;
  }

  private BatchParts finish(BatchTask task) throws IOException {
    try {
      Map<Integer, LeafBatch> leaves = task.await();
      try {
        return assembler.assemble(task.rows(), leaves);
      } finally {
        leaves.values().forEach(LeafBatch::close);
      }
    } catch (OutOfMemoryException e) {
      cursor.end();
      throw DamagedFile.noMemory(e);
    } catch (Throwable e) {
      cursor.end();
      throw e;
    }
  }

  private @Nullable BatchTask begin() {
    BatchCursor.Batch batch = cursor.next();
    if (batch == null || closed) {
      return null;
    }
    RowGroup group = batch.group();
    BatchTask task =
        new BatchTask(
            batch.rows(),
            largestFirst(group),
            column -> {
              ColumnReader reader = Objects.requireNonNull(columns.get(column));
              if (batch.first()) {
                reader.open(group.getColumns().get(column).getMeta_data());
              }
              return reader.read(batch.rows(), batch.last());
            });
    task.start(executor, Runtime.getRuntime().availableProcessors());
    return task;
  }

  private int[] largestFirst(RowGroup group) {
    return columns.keySet().stream()
        .sorted(
            Comparator.comparingLong(
                i -> -group.getColumns().get(i).getMeta_data().getTotal_uncompressed_size()))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** In message form. */
  public Schema schema() {
    return projection.schema();
  }

  FileDictionarySet dictionarySet() {
    return dictionaries;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (ahead != null) {
      ahead.cancel();
      ahead = null;
    }
    closer.close();
  }
}
