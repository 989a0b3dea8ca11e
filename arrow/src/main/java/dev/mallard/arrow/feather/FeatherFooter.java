package dev.mallard.arrow.feather;

import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.mapping.FileMapping;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What the footer of a Feather file says, and the rows of its batches.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">IPC file
 *     format</a>
 */
public final class FeatherFooter implements FileFooter {
  private final Schema schema;
  private final Map<String, String> properties;
  private final BlockList dictionaries;
  private final BlockList batches;
  private final long[] starts;
  private final long arrowBytes;
  private final @Nullable FileMapping mapping;

  /**
   * @param starts the first row of each batch, and the rows of all at the end
   * @param mapping of the file, if it is to be mapped
   */
  FeatherFooter(
      Schema schema,
      Map<String, String> properties,
      BlockList dictionaries,
      BlockList batches,
      long[] starts,
      long arrowBytes,
      @Nullable FileMapping mapping) {
    this.schema = schema;
    this.properties = Map.copyOf(properties);
    this.dictionaries = dictionaries;
    this.batches = batches;
    this.starts = starts;
    this.arrowBytes = arrowBytes;
    this.mapping = mapping;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return starts[starts.length - 1];
  }

  @Override
  public long arrowBytes() {
    return arrowBytes;
  }

  @Override
  public long[] splitPoints() {
    return Arrays.stream(starts).distinct().toArray();
  }

  @Override
  public Map<String, String> properties() {
    return properties;
  }

  /** Record batches, those without rows too. */
  public int batchCount() {
    return batches.size();
  }

  BlockList dictionaries() {
    return dictionaries;
  }

  BlockList batches() {
    return batches;
  }

  /** What is in memory of the file, for all who read it by this footer; null if nothing ever is. */
  @Nullable FileMapping mapping() {
    return mapping;
  }

  /** The first row of a batch; of the one behind the last, the rows of the file. */
  long start(int batch) {
    return starts[batch];
  }

  long rows(int batch) {
    return starts[batch + 1] - starts[batch];
  }
}
