package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.catalog.Catalog;
import dev.mallard.catalog.Formats;
import dev.mallard.events.ServerEvents;
import dev.mallard.links.DatasetLinks;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.query.Cancellation;
import dev.mallard.query.NameClaims;
import dev.mallard.query.QueryLimits;
import dev.mallard.query.QueryService;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlRequest;
import dev.mallard.store.CommitHook;
import dev.mallard.store.DataFolder;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.VersionLeases;
import dev.mallard.store.derived.DerivedForms;
import dev.mallard.store.derived.ParquetForms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;

/** A data folder with the whole of SQL above it; closing it checks that nothing is left. */
final class EngineFixture implements AutoCloseable {
  static final QueryLimits LIMITS =
      new QueryLimits(
          4,
          8,
          0,
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          1L << 30);

  final Path data;
  final Path work;
  final BufferAllocator allocator;
  final Catalog catalog;
  final DuckEngine engine;
  final QueryService service;
  final NameClaims claims = new NameClaims();
  private final DataFolder folder;
  private final DiskBudget disk = new DiskBudget(1L << 30);
  private final DerivedForms derived;
  private final DatasetLinks datasets;

  EngineFixture(Path root) throws IOException {
    this(root, LIMITS, false);
  }

  EngineFixture(Path root, QueryLimits limits, boolean allowFileAccess) throws IOException {
    this(root, limits, allowFileAccess, new FeatherFormat(), new RootAllocator());
  }

  /**
   * @param feather how Feather datasets are read
   */
  EngineFixture(Path root, FileFormat feather) throws IOException {
    this(root, LIMITS, false, feather, new RootAllocator());
  }

  EngineFixture(Path root, BufferAllocator allocator) throws IOException {
    this(root, LIMITS, false, new FeatherFormat(), allocator);
  }

  private EngineFixture(
      Path root,
      QueryLimits limits,
      boolean allowFileAccess,
      FileFormat feather,
      BufferAllocator allocator)
      throws IOException {
    this.data = Files.createDirectories(root.resolve("data"));
    this.work = root.resolve("work");
    this.allocator = allocator;
    ParquetFormat parquet = new ParquetFormat(WriterOptions.defaults(), Runnable::run);
    VersionLeases leases = new VersionLeases(Duration.ofMinutes(1), Clock.systemUTC());
    this.folder =
        DataFolder.open(
            data, new DataFolder.Options(false, 1, leases, CommitHook.NONE, Clock.systemUTC()));
    this.derived = new DerivedForms(root.resolve("cache"), disk, allocator);
    this.catalog =
        new Catalog(
            folder,
            List.of(),
            new Formats(List.of(parquet, feather)),
            leases,
            derived,
            new ParquetForms(
                root.resolve("forms"), disk, disk, parquet, allocator, ServerEvents.NONE),
            allocator);
    this.datasets = DatasetLinks.in(work.resolve("datasets"), catalog, claims);
    this.engine =
        DuckEngine.open(
            new DuckOptions(
                root.resolve("tables.duckdb"),
                work.resolve("engine"),
                512L << 20,
                2,
                1L << 30,
                allowFileAccess,
                false),
            datasets,
            allocator);
    this.service =
        new QueryService(
            engine,
            limits,
            root.resolve("spool"),
            disk,
            new FeatherFormat(),
            allocator,
            ServerEvents.NONE);
  }

  /** Writes a Parquet file with DuckDB: {@code sales.parquet}. */
  void parquet(String file, String query) throws SQLException, IOException {
    Path target = data.resolve(file);
    Files.createDirectories(target.getParent());
    Path staged = Files.createTempFile(data.getParent(), "staged", ".parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute("COPY (" + query + ") TO '" + staged + "' (FORMAT parquet)");
    }
    Files.move(staged, target, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  static SqlRequest request(String sql) {
    return new SqlRequest(sql, null, SessionOptions.NONE);
  }

  static SqlRequest request(String sql, String transaction) {
    return new SqlRequest(sql, transaction, SessionOptions.NONE);
  }

  /** A statement's result as lines of values between bars. */
  List<String> rows(String sql) {
    return rows(service.open(request(sql), new Cancellation()));
  }

  List<String> rows(String sql, String transaction) {
    return rows(service.open(request(sql, transaction), new Cancellation()));
  }

  List<String> rows(BatchStream result) {
    List<String> lines = new ArrayList<>();
    try (result;
        BatchLoader loader = new BatchLoader(result.schema(), allocator)) {
      IpcMessage message;
      while ((message = result.next()) != null) {
        try (IpcMessage batch = message) {
          VectorSchemaRoot root = loader.load(batch);
          for (int row = 0; root != null && row < root.getRowCount(); row++) {
            lines.add(line(root, row, loader));
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return lines;
  }

  private static String line(VectorSchemaRoot root, int row, BatchLoader loader) {
    List<String> values = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      var encoding = vector.getField().getDictionary();
      if (encoding == null) {
        Object value = vector.getObject(row);
        values.add(
            value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(value));
      } else {
        var dictionary = loader.dictionaries().lookup(encoding.getId());
        try (var decoded = DictionaryEncoder.decode(vector, dictionary)) {
          values.add(String.valueOf(decoded.getObject(row)));
        }
      }
    }
    return String.join("|", values);
  }

  long update(String sql) {
    return service.update(request(sql), new Cancellation());
  }

  Optional<Throwable> failure(String sql) {
    try {
      rows(sql);
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  @Override
  public void close() throws IOException {
    assertThat(service.running()).isZero();
    service.close();
    engine.close();
    datasets.close();
    derived.close();
    folder.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }
}
