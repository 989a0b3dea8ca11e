package dev.mallard.catalog;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.FittedStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.store.derived.ConversionSource;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import dev.mallard.store.derived.QueryableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Reads files that are costly to decode by way of their derived forms, and others as they are. */
final class DerivedReader implements PartReader {
  /** Reading this much takes a moment that nobody notices. */
  private static final long MEASURED_BYTES = 64L << 20;

  private final Cache<String, Long> measurements =
      Caffeine.newBuilder().maximumSize(100_000).build();
  private final DerivedForms forms;
  private final ParquetForms parquetForms;
  private final FileFormat queryable;
  private final BufferAllocator allocator;

  DerivedReader(
      DerivedForms forms,
      ParquetForms parquetForms,
      FileFormat queryable,
      BufferAllocator allocator) {
    this.queryable = queryable;
    this.forms = forms;
    this.parquetForms = parquetForms;
    this.allocator = allocator;
  }

  @Override
  public BatchStream read(Part part, RowRange rows) throws IOException {
    Source source = new Source(part, allocator);
    if (!isDerived(part)) {
      return source.open(rows);
    }
    return forms.open(key(part), estimatedBytes(part), source, rows);
  }

  private static boolean isDerived(Part part) {
    return part.file().format().isCostlyToRead();
  }

  /**
   * A file's version wherever it has moved: a replaced version keeps its form, and so does a
   * restored one.
   */
  private static String key(Part part) {
    DataFile file = part.file();
    String place = file.folder() == null ? file.version().file().toString() : file.file();
    return place + "@" + file.version().id();
  }

  /**
   * Compressed columns are about a third of their Arrow form; the cache checks what really comes.
   */
  private static long estimatedBytes(Part part) {
    long exact = part.footer().arrowBytes();
    return exact >= 0 ? exact : 3 * part.file().version().length();
  }

  @Override
  public long arrowBytes(Part part) {
    long known = part.footer().arrowBytes();
    return known >= 0 || !isDerived(part) ? known : forms.arrowBytes(key(part)).orElse(-1);
  }

  @Override
  public long measuredArrowBytes(Part part) throws IOException {
    long known = arrowBytes(part);
    if (known >= 0 || estimatedBytes(part) > MEASURED_BYTES) {
      return known;
    }
    Long measured = measurements.getIfPresent(key(part));
    if (measured == null) {
      measured = measure(part);
      measurements.put(key(part), measured);
    }
    return measured;
  }

  /** Most likely the client reads it next, from the form that this makes. */
  private long measure(Part part) throws IOException {
    long bytes = 0;
    try (BatchStream stream = FittedStream.plain(read(part, RowRange.ALL), allocator)) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        bytes += message.encodedBytes();
        message.close();
      }
    }
    return bytes;
  }

  @Override
  public String queryableExtension() {
    return queryable.extensions().get(0);
  }

  @Override
  public QueryableFile linkQueryable(Part part, Path target) throws IOException {
    if (part.file().format().isQueryable()) {
      part.file().link(target);
      return QueryableFile.OWN;
    }
    Path source = target.resolveSibling(target.getFileName() + ".source");
    QueryableFile content =
        parquetForms.link(key(part), new LinkedSource(part, source, allocator), target);
    if (content.pending().isPresent()) {
      part.file().link(source); // Whatever becomes of the file, the form can still be made.
    }
    return content;
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  private record Source(Part part, BufferAllocator allocator) implements ConversionSource {
    @Override
    public Schema schema() {
      return part.footer().schema();
    }

    @Override
    public long[] splitPoints() {
      return part.footer().splitPoints();
    }

    @Override
    public BatchStream open(RowRange rows) throws IOException {
      return rows(part, part.file().open(), rows, allocator);
    }
  }

  /** As {@link Source}, by a name of its own for the file. */
  private record LinkedSource(Part part, Path link, BufferAllocator allocator)
      implements ConversionSource {
    @Override
    public Schema schema() {
      return part.footer().schema();
    }

    @Override
    public long[] splitPoints() {
      return part.footer().splitPoints();
    }

    @Override
    public BatchStream open(RowRange rows) throws IOException {
      return rows(part, FileChannel.open(link, StandardOpenOption.READ), rows, allocator);
    }
  }

  /** Takes the channel over. */
  private static BatchStream rows(
      Part part, FileChannel channel, RowRange rows, BufferAllocator allocator) throws IOException {
    try (Closer onFailure = new Closer()) {
      onFailure.add(channel);
      BatchStream stream = part.file().format().read(channel, part.footer(), rows, allocator);
      onFailure.release();
      return stream;
    }
  }
}
