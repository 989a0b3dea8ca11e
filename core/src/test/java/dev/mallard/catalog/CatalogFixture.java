package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.events.ServerEvents;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.QueryableFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A catalog over a folder, without derived forms. Its tables have one column {@code n}. */
final class CatalogFixture implements AutoCloseable {
  static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

  final BufferAllocator allocator = new RootAllocator();
  final VersionLeases leases = new VersionLeases(Duration.ofMinutes(1), Clock.systemUTC());
  final FileFormat feather = new FeatherFormat();
  final FileFormat parquet = new ParquetFormat(WriterOptions.defaults(), Runnable::run);
  final Formats formats;
  final DataFolder folder;
  final Catalog catalog;
  final Changes changes;

  CatalogFixture(Path root, List<Mount> mounts, OtherNames names, FileFormat... more)
      throws IOException {
    List<FileFormat> all = new ArrayList<>(List.of(parquet, feather));
    all.addAll(List.of(more));
    formats = new Formats(all);
    folder =
        DataFolder.open(
            root, new DataFolder.Options(false, 1, leases, CommitHook.NONE, Clock.systemUTC()));
    catalog = new Catalog(folder, mounts, formats, leases, new DirectReader(allocator));
    changes =
        new Changes(
            catalog, folder, formats, names, CheckLimits.DEFAULT, allocator, ServerEvents.NONE);
  }

  CatalogFixture(Path root, FileFormat... more) throws IOException {
    this(root, List.of(), OtherNames.NONE, more);
  }

  static CatalogFixture mounting(Path root, String name, String source) throws IOException {
    Mount mount = new Mount(DatasetName.parse(name), source);
    return new CatalogFixture(root, List.of(mount), OtherNames.NONE);
  }

  private IpcMessage batch(long... values) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      BigIntVector numbers = (BigIntVector) root.getVector(0);
      for (int i = 0; i < values.length; i++) {
        numbers.setSafe(i, values[i]);
      }
      root.setRowCount(values.length);
      return BatchEncoder.encode(root);
    }
  }

  /** As a client does. */
  PutReceipt put(String name, long... values) {
    return upload(name, PutMode.REPLACE, values);
  }

  PutReceipt upload(String name, PutMode mode, long... values) {
    try (Upload upload = changes.put(List.of(name), mode, SCHEMA, Caller.ANONYMOUS)) {
      upload.write(batch(values));
      return upload.commit();
    }
  }

  /** As somebody else does. */
  void write(Path file, FileFormat format, long... values) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        BatchWriter writer = format.write(channel, SCHEMA, allocator)) {
      writer.write(batch(values));
      writer.finish(Map.of());
    }
  }

  List<String> names() {
    return catalog.list(NamePattern.ALL).map(dataset -> dataset.name().toString()).toList();
  }

  List<Long> rows() {
    return catalog.list(NamePattern.ALL).map(Dataset::rows).toList();
  }

  List<String> unreadable() {
    return catalog.unreadable(NamePattern.ALL).stream().map(Unreadable::name).toList();
  }

  String version(String name) {
    return catalog.version(DatasetName.parse(name)).orElseThrow();
  }

  List<Object> read(String name) throws IOException {
    return read(name, null);
  }

  /** The first column. */
  List<Object> read(String name, @org.jspecify.annotations.Nullable String version)
      throws IOException {
    return rows(catalog.read(DatasetName.parse(name), version, RowRange.ALL));
  }

  List<Object> rows(BatchStream rows) throws IOException {
    List<Object> values = new ArrayList<>();
    try (rows;
        BatchLoader loader = new BatchLoader(rows.schema(), allocator)) {
      IpcMessage next;
      while ((next = rows.next()) != null) {
        try (IpcMessage message = next) {
          VectorSchemaRoot root = loader.load(message);
          FieldVector first = java.util.Objects.requireNonNull(root).getVector(0);
          for (int row = 0; row < root.getRowCount(); row++) {
            values.add(first.getObject(row));
          }
        }
      }
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    folder.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  /** Reads files as they are. */
  private record DirectReader(BufferAllocator allocator) implements PartReader {
    @Override
    public BatchStream read(Part part, RowRange rows) throws IOException {
      FileChannel channel = part.file().open();
      return part.file().format().read(channel, part.footer(), rows, allocator);
    }

    @Override
    public long arrowBytes(Part part) {
      return part.footer().arrowBytes();
    }

    @Override
    public long measuredArrowBytes(Part part) {
      return arrowBytes(part);
    }

    @Override
    public QueryableFile linkQueryable(Part part, Path target) throws IOException {
      part.file().link(target);
      return QueryableFile.OWN;
    }

    @Override
    public String queryableExtension() {
      return ".parquet";
    }
  }
}
