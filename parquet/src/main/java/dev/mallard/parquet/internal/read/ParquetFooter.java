package dev.mallard.parquet.internal.read;

import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;

/**
 * The footer of a Parquet file and the plan by which its columns become Arrow fields. Immutable;
 * any thread.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">Parquet file format</a>
 */
public final class ParquetFooter implements FileFooter {
  /** Key of the property that holds {@link #arrowBytes()}. */
  static final String ARROW_BYTES = "mallard:arrow_bytes";

  private final FileMetaData metadata;
  private final Projection all;
  private final long[] splitPoints;
  private final Map<String, String> properties;
  private final long arrowBytes;

  ParquetFooter(
      FileMetaData metadata,
      Projection all,
      long[] splitPoints,
      Map<String, String> properties,
      long arrowBytes) {
    this.metadata = metadata;
    this.all = all;
    this.splitPoints = splitPoints;
    this.properties = Map.copyOf(properties);
    this.arrowBytes = arrowBytes;
  }

  /**
   * Reads the footer and nothing else of {@code file}, which stays open.
   *
   * @throws dev.mallard.error.MallardException DATA_LOSS if the file is not Parquet, is cut short
   *     or damaged; UNIMPLEMENTED if it is encrypted or uses something else that is not read
   */
  public static ParquetFooter read(FileChannel file) throws IOException {
    return new FooterReader(file).read();
  }

  @Override
  public Schema schema() {
    return all.schema();
  }

  @Override
  public long rows() {
    return splitPoints[splitPoints.length - 1];
  }

  @Override
  public long arrowBytes() {
    return arrowBytes;
  }

  @Override
  public long[] splitPoints() {
    return splitPoints.clone();
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  /** Most of it is what it says of each column of each row group. */
  @Override
  public long heapBytes() {
    long chunks = metadata.getRow_groups().stream().mapToLong(RowGroup::getColumnsSize).sum();
    return FileFooter.super.heapBytes() + 1000 * chunks;
  }

  /** The footer as it stands in the file. Must not be changed. */
  public FileMetaData metadata() {
    return metadata;
  }

  /** The row groups as they stand in the file. Must not be changed. */
  public List<RowGroup> rowGroups() {
    return metadata.getRow_groups();
  }

  /** The row groups that begin in a range, which must begin where one of them does. */
  public List<RowGroup> rowGroups(RowRange range) {
    if (range.from() < rows() && Arrays.binarySearch(splitPoints, range.from()) < 0) {
      throw new IllegalArgumentException(
          "rows from " + range.from() + " (expected: a split point)");
    }
    List<RowGroup> groups = new ArrayList<>();
    long start = 0;
    for (RowGroup group : rowGroups()) {
      if (start >= range.from() && start < range.to()) {
        groups.add(group);
      }
      start += group.getNum_rows();
    }
    return groups;
  }

  /** Every column. */
  public Projection all() {
    return all;
  }

  /**
   * Some columns, in this order.
   *
   * @param paths dotted, as the Arrow schema names the fields
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT for a path that names no column
   */
  public Projection select(List<String> paths) {
    return ColumnSelection.of(all, paths);
  }

  /**
   * Rows of a batch: about 1 MiB of Arrow by what the footer tells, up to 3 MiB of more than 64
   * columns; a multiple of 64 within 64 and 65,536. The same footer always gives the same number.
   */
  public int batchRows(Projection projection) {
    return RowSizeEstimate.batchRows(this, projection);
  }
}
