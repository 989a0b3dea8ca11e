package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One immutable version of a dataset: what a listing shows, a plan describes and a reader reads.
 * Holds no file open; reading opens what it needs. Thread-safe.
 */
public final class Dataset {
  private final DatasetName name;
  private final List<String> path;
  private final FileSet files;
  private final List<Part> parts;
  private final HivePartitions partitions;
  private final Schema schema;
  private final PartReader reader;

  /**
   * @param name how it was asked for, or how it is listed
   * @param parts at least one, in the order of the files
   */
  Dataset(DatasetName name, List<String> path, FileSet files, List<Part> parts, PartReader reader) {
    this.name = name;
    this.path = List.copyOf(path);
    this.files = files;
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
    return files.name();
  }

  /** {@code parquet} or {@code feather}. */
  public String format() {
    return parts.get(0).file().format().name();
  }

  public String version() {
    return files.version();
  }

  /** When this version was committed (the newest file's time, where there are several). */
  public Instant modified() {
    return parts.stream()
        .map(part -> part.file().version().modified())
        .max(Instant::compareTo)
        .orElseThrow();
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

  /** As {@link #arrowBytes()}, but finds out for datasets that are quickly read. */
  public long measuredArrowBytes() {
    try {
      return sumOfParts(reader::measuredArrowBytes);
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + name + "'", e);
    }
  }

  private interface PartBytes<E extends Exception> {
    long of(Part part) throws E;
  }

  private <E extends Exception> long sumOfParts(PartBytes<E> partBytes) throws E {
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

  /**
   * Streams rows of this version.
   *
   * @param rows a range that {@link #split} gave, or {@link RowRange#ALL}
   * @throws MallardException INVALID_ARGUMENT for a range of another kind; NOT_FOUND if the version
   *     is gone
   */
  public BatchStream read(RowRange rows) {
    List<ConcatenatedStream.Source> sources = new ArrayList<>();
    long before = 0;
    for (Part part : parts) {
      FileFooter footer = part.footer();
      long from = Math.max(rows.from() - before, 0);
      long to = Math.min(rows.to() - before, footer.rows());
      boolean whole = from == 0 && to >= footer.rows();
      if (whole || from < to) {
        RowRange within = whole ? RowRange.ALL : new RowRange(from, to);
        requireSplitPoints(footer, within);
        requireSameSchema(part);
        sources.add(() -> open(part, within));
      }
      before += footer.rows();
    }
    try {
      return new ConcatenatedStream(schema, sources);
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + name + "'", e);
    }
  }

  private BatchStream open(Part part, RowRange rows) throws IOException {
    BatchStream stream = reader.read(part, rows);
    return partitions.isEmpty()
        ? stream
        : partitions.extend(stream, part.partition(), reader.allocator());
  }

  private void requireSplitPoints(FileFooter footer, RowRange rows) {
    if (!isSplitPoint(footer, rows.from()) || !isSplitPoint(footer, rows.to())) {
      throw MallardException.invalid(
          "ticket: rows "
              + rows.from()
              + " to "
              + rows.to()
              + " of '"
              + name
              + "' do not begin and end where a batch does; use the ranges of the tickets that the server issued");
    }
  }

  private static boolean isSplitPoint(FileFooter footer, long row) {
    return row >= footer.rows() || java.util.Arrays.binarySearch(footer.splitPoints(), row) >= 0;
  }

  /** Files of a folder may differ in what they say about themselves, but not in their columns. */
  private void requireSameSchema(Part part) {
    Part first = parts.get(0);
    if (part == first
        || part.footer().schema().getFields().equals(first.footer().schema().getFields())) {
      return;
    }
    throw new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "dataset '"
            + name
            + "': file '"
            + part.file().file()
            + "' has other columns than '"
            + first.file().file()
            + "'; rewrite it, or serve it under a name of its own");
  }

  /**
   * A Parquet file of this version, under a name of its own.
   *
   * @param file stays this version's until it is deleted
   * @param partition values that the folders' names give to its rows; in the path, too, as {@code
   *     key=value}
   */
  public record LinkedFile(Path file, Map<String, String> partition) {}

  /**
   * Links this version's files into a folder, as Parquet, for an engine that reads by name. Files
   * of other formats are converted first, once.
   *
   * @param folder empty, there, on a file system where links are possible
   * @throws MallardException NOT_FOUND if the version is gone; INVALID_ARGUMENT if Parquet cannot
   *     carry a column
   */
  public List<LinkedFile> link(Path folder) {
    List<LinkedFile> linked = new ArrayList<>();
    try {
      for (Part part : parts) {
        requireSameSchema(part);
        Path place = folder;
        for (Map.Entry<String, String> value : part.partition().entrySet()) {
          place = place.resolve(HivePartitions.segment(value));
        }
        Files.createDirectories(place);
        Path target = place.resolve("%06d.parquet".formatted(linked.size()));
        reader.linkParquet(part, target);
        linked.add(new LinkedFile(target, part.partition()));
      }
    } catch (IOException e) {
      throw StorageErrors.translate("preparing dataset '" + name + "' for SQL", e);
    }
    return linked;
  }

  /** The columns that folder names add, with their types. */
  public List<Field> partitionColumns() {
    return partitions.columns();
  }

  /** For messages and leases: the files behind it. */
  FileSet files() {
    return files;
  }

  @Override
  public String toString() {
    return name + "@" + version();
  }
}
