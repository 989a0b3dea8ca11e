package dev.mallard.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.engine.process.EngineListener;
import dev.mallard.engine.process.EngineSettings;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlEngine;
import dev.mallard.query.SqlStatement;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** An engine behind the wall, or without one; closing it checks that nothing is left. */
final class RoomFixture implements AutoCloseable {
  final BufferAllocator allocator = new RootAllocator();
  final FakeDatasets datasets;
  final SqlEngine engine;
  private final Path results;

  private RoomFixture(Path root, boolean behindTheWall) throws IOException, SQLException {
    this.datasets = new FakeDatasets(root.resolve("datasets"), allocator);
    this.results = Files.createDirectories(root.resolve("results"));
    Path tables = Files.createDirectories(root.resolve("tables"));
    Path work = Files.createDirectories(root.resolve("work"));
    DuckOptions options =
        new DuckOptions(
            tables.resolve("tables.duckdb"), work, 256L << 20, 2, 1L << 30, false, false);
    EngineSettings settings =
        new EngineSettings(
            root.resolve("process"), 512L << 20, List.of(work, tables, results), false);
    this.engine =
        behindTheWall
            ? new EngineRoom(options, settings, results, datasets, allocator, EngineListener.NONE)
            : DuckEngine.open(options, datasets, allocator);
  }

  static RoomFixture behindTheWall(Path root) throws IOException, SQLException {
    return new RoomFixture(root, true);
  }

  static RoomFixture inProcess(Path root) throws IOException, SQLException {
    return new RoomFixture(root, false);
  }

  EngineRoom room() {
    return (EngineRoom) engine;
  }

  /** The process that there is now. */
  LiveEngine live() {
    return room().live(() -> {});
  }

  /** As somebody outside would. */
  void kill() {
    ProcessHandle.of(live().process().pid()).orElseThrow().destroyForcibly();
  }

  SqlConnection connect() {
    return engine.connect(SessionOptions.NONE);
  }

  static SqlStatement prepare(SqlConnection connection, String sql) {
    return connection.prepare(sql, Caller.ANONYMOUS);
  }

  long update(String sql) {
    try (SqlConnection connection = connect()) {
      return update(connection, sql);
    }
  }

  static long update(SqlConnection connection, String sql) {
    try (SqlStatement statement = prepare(connection, sql)) {
      return statement.update();
    }
  }

  List<String> rows(String sql) {
    try (SqlConnection connection = connect()) {
      return rows(connection, sql);
    }
  }

  List<String> rows(SqlConnection connection, String sql) {
    try (SqlStatement statement = prepare(connection, sql);
        BatchStream stream = statement.run()) {
      return rows(stream);
    }
  }

  List<String> rows(BatchStream stream) {
    List<String> lines = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(stream.schema(), allocator)) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        try (IpcMessage batch = message) {
          VectorSchemaRoot root = loader.load(batch);
          for (int row = 0; root != null && row < root.getRowCount(); row++) {
            lines.add(line(root, row));
          }
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(VectorSchemaRoot root, int row) {
    List<String> values = new ArrayList<>();
    for (FieldVector vector : root.getFieldVectors()) {
      Object value = vector.getObject(row);
      values.add(value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value));
    }
    return String.join("|", values);
  }

  @Override
  public void close() throws IOException {
    if (engine instanceof EngineRoom room) {
      assertThat(room.losses().running()).isZero();
    }
    engine.close();
    Await.until("what the engine held is let go of", () -> datasets.held.get() == 0);
    try (var left = Files.list(results)) {
      assertThat(left).isEmpty();
    }
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }
}
