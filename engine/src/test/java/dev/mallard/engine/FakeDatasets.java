package dev.mallard.engine;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One dataset, {@code numbers}, of the numbers 0, 1 and 2 in a column {@code n}. */
final class FakeDatasets implements SqlDatasets {
  static final DatasetTable NUMBERS = new DatasetTable("main", "numbers");
  static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

  private final Path folder;
  private final BufferAllocator allocator;
  private final NameClaims claims = new NameClaims();

  /** Datasets, claims and streams that somebody has. */
  final AtomicInteger held = new AtomicInteger();

  final AtomicInteger read = new AtomicInteger();

  /** Done whenever a dataset is opened. */
  volatile Runnable whenOpened = () -> {};

  FakeDatasets(Path folder, BufferAllocator allocator) throws IOException, SQLException {
    this.folder = Files.createDirectories(folder);
    this.allocator = allocator;
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute(
          "COPY (SELECT range AS n FROM range(3)) TO '"
              + folder.resolve("n.parquet")
              + "' (FORMAT parquet)");
    }
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Map<DatasetTable, String> versions() {
    return Map.of(NUMBERS, "v1");
  }

  @Override
  public Set<DatasetTable> names() {
    return Set.of(NUMBERS);
  }

  @Override
  public Map<DatasetTable, String> versions(Collection<DatasetTable> names) {
    return names.contains(NUMBERS) ? versions() : Map.of();
  }

  @Override
  public Map<DatasetTable, DatasetTable> find(Collection<DatasetTable> names) {
    Map<DatasetTable, DatasetTable> found = new LinkedHashMap<>();
    names.stream()
        .filter(name -> name.folded().equals(NUMBERS))
        .forEach(name -> found.put(name, NUMBERS));
    return found;
  }

  @Override
  public SqlDataset open(DatasetTable name) {
    if (!name.equals(NUMBERS)) {
      throw MallardException.notFound("there is no dataset '" + name.dataset() + "'");
    }
    whenOpened.run();
    held.incrementAndGet();
    return new Numbers();
  }

  @Override
  public NameClaims.Claim claim(DatasetTable name) {
    if (name.folded().equals(NUMBERS)) {
      throw new MallardException(ErrorCode.ALREADY_EXISTS, "SQL: there is a dataset 'numbers'");
    }
    NameClaims.Claim claim = claims.claim(name, NameClaims.Taker.TABLE).orElseThrow();
    held.incrementAndGet();
    return () -> {
      claim.close();
      held.decrementAndGet();
    };
  }

  @Override
  public List<Listed> list() {
    return List.of(new Listed(NUMBERS, SCHEMA));
  }

  private final class Numbers implements SqlDataset {
    @Override
    public DatasetTable name() {
      return NUMBERS;
    }

    @Override
    public String version() {
      return "v1";
    }

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public List<Path> files() {
      return List.of(folder.resolve("n.parquet"));
    }

    @Override
    public List<Field> partitionColumns() {
      return List.of();
    }

    @Override
    public Map<Integer, String> missing() {
      return Map.of();
    }

    @Override
    public Map<Integer, String> blank() {
      return Map.of();
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void makeReady(Cancellation cancellation) {}

    @Override
    public boolean isIntact() {
      return true;
    }

    @Override
    public Optional<BatchStream> read() {
      read.incrementAndGet();
      held.incrementAndGet();
      return Optional.of(new Rows());
    }

    @Override
    public Form form() {
      return Form.NONE;
    }

    @Override
    public boolean isIdle() {
      return true;
    }

    @Override
    public SqlDataset hold() {
      held.incrementAndGet();
      return new Numbers();
    }

    @Override
    public void close() {
      held.decrementAndGet();
    }
  }

  private final class Rows implements BatchStream {
    private boolean given;
    private boolean closed;

    @Override
    public Schema schema() {
      return SCHEMA;
    }

    @Override
    public @Nullable IpcMessage next() {
      if (given) {
        return null;
      }
      given = true;
      try (BigIntVector vector = (BigIntVector) SCHEMA.getFields().get(0).createVector(allocator)) {
        vector.allocateNew(3);
        for (int i = 0; i < 3; i++) {
          vector.set(i, i);
        }
        vector.setValueCount(3);
        return BatchEncoder.encode(
            new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), 3));
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        held.decrementAndGet();
      }
    }
  }
}
