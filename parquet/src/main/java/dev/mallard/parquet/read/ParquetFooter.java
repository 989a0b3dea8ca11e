package dev.mallard.parquet.read;

import dev.mallard.arrow.file.FileFooter;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
  private final Schema schema;
  private final ArrowSchemaFromParquet.Plan plan;
  private final long[] splitPoints;
  private final Map<String, String> properties;
  private final long arrowBytes;

  ParquetFooter(
      FileMetaData metadata,
      Schema schema,
      ArrowSchemaFromParquet.Plan plan,
      long[] splitPoints,
      Map<String, String> properties,
      long arrowBytes) {
    this.metadata = metadata;
    this.schema = schema;
    this.plan = plan;
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
    return schema;
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

  /** The footer as it stands in the file. Must not be changed. */
  public FileMetaData metadata() {
    return metadata;
  }

  /** The row groups as they stand in the file. Must not be changed. */
  public List<RowGroup> rowGroups() {
    return metadata.getRow_groups();
  }

  /** About how many bytes of Arrow a row takes, by the footer alone. */
  public double bytesPerRow() {
    return RowSizeEstimate.bytesPerRow(this);
  }

  List<ReadNode> columns() {
    return plan.columns();
  }

  /** In the order of the column chunks of each row group. */
  List<ReadNode.Leaf> leaves() {
    return plan.leaves();
  }
}
