package dev.mallard.catalog;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.StorageErrors;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.VersionPin;
import dev.mallard.store.derived.QueryableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of a dataset that is not pruned for as long as this is open: whatever is done with it
 * is done with the same rows. Files that nobody keeps (folders, mounts) may still go; then reading
 * them answers NOT_FOUND. Holds no file open. Whoever asked for it closes it; thread-safe until
 * then.
 */
public final class PinnedDataset implements AutoCloseable {
  private final Dataset dataset;
  private final VersionLeases leases;
  private final @Nullable VersionPin pin;

  /**
   * Takes the pin over.
   *
   * @param pin null for files that have no previous versions
   */
  PinnedDataset(Dataset dataset, VersionLeases leases, @Nullable VersionPin pin) {
    this.dataset = dataset;
    this.leases = leases;
    this.pin = pin;
  }

  /** What it is; good for longer than this is open. */
  public Dataset dataset() {
    return dataset;
  }

  /** Promises the version to a caller's name, beyond this being open, and says until when. */
  Instant lease(Caller holder) {
    return leases.renew(dataset.file(), dataset.version(), holder.name());
  }

  /** As {@link Dataset#arrowBytes()}, but finds out for datasets that are quickly read. */
  public long measuredArrowBytes() {
    try {
      return dataset.sumOfParts(dataset.reader()::measuredArrowBytes);
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + dataset.name() + "'", e);
    }
  }

  /**
   * Streams rows of this version, which stays until the stream is closed, too.
   *
   * @param rows a range that {@link Dataset#split} gave, or {@link RowRange#ALL}
   * @throws MallardException INVALID_ARGUMENT for a range of another kind; NOT_FOUND if the version
   *     is gone
   */
  public BatchStream read(RowRange rows) {
    List<DatasetStream.Opening> openings = new ArrayList<>();
    long before = 0;
    for (Part part : dataset.parts()) {
      FileFooter footer = part.footer();
      long from = Math.max(rows.from() - before, 0);
      long to = Math.min(rows.to() - before, footer.rows());
      boolean whole = from == 0 && to >= footer.rows();
      if (whole || from < to) {
        RowRange within = whole ? RowRange.ALL : new RowRange(from, to);
        requireSplitPoints(footer, within);
        requireSameSchema(part);
        openings.add(() -> open(part, within));
      }
      before += footer.rows();
    }
    try {
      VersionPin own = pin == null ? null : pin.again();
      return new DatasetStream(dataset.name(), dataset.schema(), openings, own);
    } catch (IOException e) {
      throw StorageErrors.translate("reading dataset '" + dataset.name() + "'", e);
    }
  }

  private BatchStream open(Part part, RowRange rows) throws IOException {
    BatchStream stream = dataset.reader().read(part, rows);
    HivePartitions partitions = dataset.partitions();
    return partitions.isEmpty()
        ? stream
        : partitions.extend(stream, part.partition(), dataset.reader().allocator());
  }

  private void requireSplitPoints(FileFooter footer, RowRange rows) {
    if (!isSplitPoint(footer, rows.from()) || !isSplitPoint(footer, rows.to())) {
      throw MallardException.invalid(
          "ticket: rows "
              + rows.from()
              + " to "
              + rows.to()
              + " of '"
              + dataset.name()
              + "' do not begin and end where a batch does; use the ranges of the tickets that the server issued");
    }
  }

  private static boolean isSplitPoint(FileFooter footer, long row) {
    return row >= footer.rows() || java.util.Arrays.binarySearch(footer.splitPoints(), row) >= 0;
  }

  /** Files of a folder may differ in what they say about themselves, but not in their columns. */
  private void requireSameSchema(Part part) {
    Part first = dataset.parts().get(0);
    if (part == first
        || part.footer().schema().getFields().equals(first.footer().schema().getFields())) {
      return;
    }
    throw new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "dataset '"
            + dataset.name()
            + "': file '"
            + part.file().file()
            + "' has other columns than '"
            + first.file().file()
            + "'; rewrite it, or serve it under a name of its own");
  }

  /**
   * Links this version's files into a folder for an engine that reads by name. For files of formats
   * that it cannot read, their form is linked; where that is not there yet, a file without rows
   * stands in for it, and can be replaced by it for as long as this is open.
   *
   * @param folder empty, there, on a file system where links are possible
   * @throws MallardException NOT_FOUND if the version is gone
   */
  public List<Dataset.LinkedFile> link(Path folder) {
    List<Dataset.LinkedFile> linked = new ArrayList<>();
    String extension = dataset.reader().queryableExtension();
    try (Closer onFailure = new Closer()) {
      for (Part part : dataset.parts()) {
        requireSameSchema(part);
        Path place = folder;
        for (Map.Entry<String, String> value : part.partition().entrySet()) {
          place = place.resolve(HivePartitions.segment(value));
        }
        Files.createDirectories(place);
        Path target = place.resolve("%06d".formatted(linked.size()) + extension);
        QueryableFile content = dataset.reader().linkQueryable(part, target);
        content.form().ifPresent(onFailure::add);
        linked.add(new Dataset.LinkedFile(target, content, part.partition()));
      }
      onFailure.release();
    } catch (IOException e) {
      throw StorageErrors.translate("preparing dataset '" + dataset.name() + "' for SQL", e);
    }
    return linked;
  }

  @Override
  public void close() {
    if (pin != null) {
      pin.close();
    }
  }
}
