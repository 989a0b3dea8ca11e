package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An allocator that must be empty at the end of each test, files, and DuckDB to read them. */
@SuppressWarnings("NullAway.Init") // JUnit calls beforeEach.
final class WriterFixture implements BeforeEachCallback, AfterEachCallback {
  static final DictionaryProvider NO_DICTIONARIES = new DictionaryProvider.MapDictionaryProvider();

  private BufferAllocator allocator;
  private ExecutorService executor;
  private Path folder;
  private Connection duckdb;
  private int files;

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    allocator = new RootAllocator();
    executor = Executors.newFixedThreadPool(2);
    folder = Files.createTempDirectory("parquet-writer");
    duckdb = DriverManager.getConnection("jdbc:duckdb:");
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    duckdb.close();
    executor.shutdown();
    try (var found = Files.list(folder)) {
      for (Path file : found.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
    long left = allocator.getAllocatedMemory();
    assertThat(left).as("bytes of Arrow memory left").isZero();
    allocator.close();
  }

  BufferAllocator allocator() {
    return allocator;
  }

  ExecutorService executor() {
    return executor;
  }

  Path newFile() {
    return folder.resolve("file" + files++ + ".parquet");
  }

  static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** One batch of these vectors, which are closed. */
  Path write(FieldVector... vectors) throws IOException {
    return write(WriterSettings.defaults(), vectors);
  }

  Path write(WriterSettings options, FieldVector... vectors) throws IOException {
    try (VectorSchemaRoot root = new VectorSchemaRoot(List.of(vectors))) {
      return write(options, root.getSchema(), root, 1);
    }
  }

  Path write(WriterSettings options, Schema schema, VectorSchemaRoot root, int times)
      throws IOException {
    Path file = newFile();
    try (FileChannel out = create(file);
        VectorWriter writer = new VectorWriter(out, schema, options, allocator, executor)) {
      for (int i = 0; i < times; i++) {
        writer.write(root, NO_DICTIONARIES);
      }
      writer.finish(Map.of());
    }
    return file;
  }

  static FileMetaData footer(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    return Util.readFileMetaData(
        new ByteArrayInputStream(bytes, bytes.length - 8 - length, length));
  }

  /** All rows, each as text; {@code $} in the query stands for the file. */
  List<String> query(String sql, Path file) throws SQLException {
    try (Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql.replace("$", "'" + file + "'"))) {
      List<String> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
      return rows;
    }
  }
}
