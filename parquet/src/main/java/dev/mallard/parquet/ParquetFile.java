package dev.mallard.parquet;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.read.BatchReader;
import dev.mallard.parquet.internal.read.MessageStream;
import dev.mallard.parquet.internal.read.ParquetFooter;
import dev.mallard.parquet.internal.read.Projection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;

/**
 * A Parquet file that is open for reading. Any thread; any number of readers and streams at a time.
 * They must be closed before the file is.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">Parquet file format</a>
 */
public final class ParquetFile implements AutoCloseable {
  private final FileChannel file;
  private final ParquetFooter footer;

  private ParquetFile(FileChannel file, ParquetFooter footer) {
    this.file = file;
    this.footer = footer;
  }

  /**
   * Opens the file and reads its footer.
   *
   * @throws MallardException DATA_LOSS if the file is not Parquet, is cut short or damaged;
   *     UNIMPLEMENTED if it is encrypted or uses something else that is not read
   */
  public static ParquetFile open(Path path) throws IOException {
    return open(FileChannel.open(path));
  }

  /** As {@link #open(Path)}; takes {@code file} over, also when it throws. */
  public static ParquetFile open(FileChannel file) throws IOException {
    try (Closer onFailure = new Closer()) {
      onFailure.add(file);
      ParquetFile opened = new ParquetFile(file, ParquetFooter.read(file));
      onFailure.release();
      return opened;
    }
  }

  /**
   * The Arrow schema: the one that the writer stored, as far as it fits the columns, otherwise what
   * Arrow C++ makes of them. In the form of a Schema message: value types for dictionary-encoded
   * fields. Its metadata is the footer's key-value metadata.
   */
  public Schema schema() {
    return footer.schema();
  }

  public long rows() {
    return footer.rows();
  }

  /** Who wrote the file, as it says; empty if it does not. */
  public String createdBy() {
    String writer = footer.metadata().getCreated_by();
    return writer == null ? "" : writer;
  }

  /** What {@link ParquetWriter#finish} was given. */
  public Map<String, String> properties() {
    return footer.properties();
  }

  /** In the file's order. */
  public List<RowGroupInfo> rowGroups() {
    long firstRow = 0;
    List<RowGroupInfo> infos = new ArrayList<>();
    for (RowGroup group : footer.rowGroups()) {
      long compressed = 0;
      long uncompressed = 0;
      for (ColumnChunk chunk : group.getColumns()) {
        compressed += chunk.getMeta_data().getTotal_compressed_size();
        uncompressed += chunk.getMeta_data().getTotal_uncompressed_size();
      }
      infos.add(new RowGroupInfo(firstRow, group.getNum_rows(), compressed, uncompressed));
      firstRow += group.getNum_rows();
    }
    return infos;
  }

  /**
   * Reads as vectors. The caller closes the reader.
   *
   * @throws MallardException INVALID_ARGUMENT if the options name a column or row group that is not
   *     there; DATA_LOSS naming the column if the file is damaged
   */
  public ParquetReader read(ReadOptions options, BufferAllocator allocator) throws IOException {
    Cut cut = cut(options);
    return new ParquetReader(reader(options, cut, allocator), cut.skip, cut.take);
  }

  /** As {@link #read}, as IPC messages: every dictionary, then the rows. */
  public BatchStream stream(ReadOptions options, BufferAllocator allocator) throws IOException {
    Cut cut = cut(options);
    BatchStream stream = new MessageStream(reader(options, cut, allocator));
    return cut.isWhole() ? stream : new RowSlice(stream, cut.skip, cut.take, allocator);
  }

  private BatchReader reader(ReadOptions options, Cut cut, BufferAllocator allocator)
      throws IOException {
    List<String> columns = options.wantedColumns();
    Projection projection = columns == null ? footer.all() : footer.select(columns);
    int batchRows = options.batchRows() > 0 ? options.batchRows() : footer.batchRows(projection);
    return new BatchReader(
        file, footer, projection, cut.groups, batchRows, allocator, options.executor());
  }

  /**
   * Row groups, and what of their rows.
   *
   * @param skip rows before the first that is wanted
   * @param take rows that are wanted behind it
   */
  private record Cut(List<RowGroup> groups, long skip, long take) {
    boolean isWhole() {
      return skip == 0 && take == Long.MAX_VALUE;
    }
  }

  private Cut cut(ReadOptions options) {
    if (options.wantedRows() instanceof ReadOptions.Rows.Groups wanted) {
      return new Cut(wanted.indices().stream().map(this::group).toList(), 0, Long.MAX_VALUE);
    }
    RowRange range = ((ReadOptions.Rows.Range) options.wantedRows()).range();
    if (range.from() == 0 && range.to() >= footer.rows()) {
      return new Cut(footer.rowGroups(), 0, Long.MAX_VALUE);
    }
    List<RowGroup> groups = new ArrayList<>();
    long skip = 0;
    long start = 0;
    for (RowGroup group : footer.rowGroups()) {
      long end = start + group.getNum_rows();
      if (end > range.from() && start < range.to()) {
        skip = groups.isEmpty() ? Math.max(0, range.from() - start) : skip;
        groups.add(group);
      }
      start = end;
    }
    return new Cut(groups, skip, range.to() - range.from());
  }

  private RowGroup group(int index) {
    List<RowGroup> groups = footer.rowGroups();
    if (index < 0 || index >= groups.size()) {
      throw MallardException.invalid(
          "the file has no row group " + index + "; it has " + groups.size() + ", counted from 0");
    }
    return groups.get(index);
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
