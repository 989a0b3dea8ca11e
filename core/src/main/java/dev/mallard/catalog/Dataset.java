package dev.mallard.catalog;

import dev.mallard.arrow.file.RowRange;
import dev.mallard.store.derived.QueryableFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One immutable version of a dataset: what a listing shows and a plan describes. Holds nothing; to
 * read it, pin it ({@link Catalog#pin}). Thread-safe.
 */
public final class Dataset {
  private final DatasetName name;
  private final List<String> path;
  private final String file;
  private final String version;
  private final List<Part> parts;
  private final HivePartitions partitions;
  private final Schema schema;
  private final PartReader reader;

  /**
   * @param name how it was asked for, or how it is listed
   * @param file as {@link Source#name()}
   * @param parts at least one, in the order of the files
   */
  Dataset(
      DatasetName name,
      List<String> path,
      String file,
      String version,
      List<Part> parts,
      PartReader reader) {
    this.name = name;
    this.path = List.copyOf(path);
    this.file = file;
    this.version = version;
    this.parts = List.copyOf(parts);
    this.partitions = HivePartitions.of(parts);
    this.schema = partitions.extend(parts.get(0).footer().schema());
    this.reader = reader;
  }

  public DatasetName name() {
    return name;
  }

  /**
   * The descriptor path under which it was put; the name of its file for one that was not put by a
   * client.
   */
  public List<String> path() {
    return path;
  }

  /**
   * The name of its file in the data folder, extension included, or the name that the operator gave
   * it.
   */
  public String file() {
    return file;
  }

  /** {@code parquet} or {@code feather}. */
  public String format() {
    return parts.get(0).file().format().name();
  }

  public String version() {
    return version;
  }

  /** When this version was committed (the newest file's time, where there are several). */
  public Instant modified() {
    return parts.stream()
        .map(part -> part.file().version().modified())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** How many files it is. */
  public int fileCount() {
    return parts.size();
  }

  /** What its files take on disk. */
  public long fileBytes() {
    return parts.stream().mapToLong(part -> part.file().version().length()).sum();
  }

  public Schema schema() {
    return schema;
  }

  public long rows() {
    return parts.stream().mapToLong(part -> part.footer().rows()).sum();
  }

  /**
   * Bytes of its Arrow messages as they are sent uncompressed and uncut, or −1 if that is not known
   * without reading.
   */
  public long arrowBytes() {
    return sumOfParts(reader::arrowBytes);
  }

  interface PartBytes<E extends Exception> {
    long of(Part part) throws E;
  }

  /** −1 if any is unknown. */
  <E extends Exception> long sumOfParts(PartBytes<E> partBytes) throws E {
    if (!partitions.isEmpty()) {
      return -1; // The columns that folder names add are not in the files.
    }
    long total = 0;
    for (Part part : parts) {
      long bytes = partBytes.of(part);
      if (bytes < 0) {
        return -1;
      }
      total += bytes;
    }
    return total;
  }

  /**
   * At most {@code count} contiguous ranges of about equal row counts that together are all rows,
   * in order. Each begins where reading may begin without skipping.
   */
  public List<RowRange> split(int count) {
    long rows = rows();
    if (count <= 1 || rows == 0) {
      return List.of(new RowRange(0, rows));
    }
    List<RowRange> ranges = new ArrayList<>();
    long from = 0;
    long before = 0;
    for (Part part : parts) {
      for (long split : part.footer().splitPoints()) {
        long at = before + split;
        long target = rows * (ranges.size() + 1) / count;
        if (at >= target && at > from && at < rows) {
          ranges.add(new RowRange(from, at));
          from = at;
        }
      }
      before += part.footer().rows();
    }
    ranges.add(new RowRange(from, rows));
    return ranges;
  }

  /** The columns that folder names add, with their types. */
  public List<Field> partitionColumns() {
    return partitions.columns();
  }

  HivePartitions partitions() {
    return partitions;
  }

  List<Part> parts() {
    return parts;
  }

  PartReader reader() {
    return reader;
  }

  /**
   * A file of this version that the SQL engine can read, under a name of its own.
   *
   * @param file stays this version's until it is deleted
   * @param content its form, if it has one, is closed by whoever deletes the name, afterwards
   * @param partition values that the folders' names give to its rows; in the path, too, as {@code
   *     key=value}
   */
  public record LinkedFile(Path file, QueryableFile content, Map<String, String> partition) {}

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
