package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleParquet;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleTable;
import dev.mallard.generate.TpchQueries;
import dev.mallard.testing.LeakCheckedAllocator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TPC-H's queries over datasets give the answers of an embedded DuckDB over the same files. */
class JdbcTpchTest {
  private static final double SCALE_FACTOR = 0.01;

  @TempDir private static Path folder;
  private static TestServer server;
  private static Connection connection;
  private static Connection embedded;

  @BeforeAll
  static void start() throws Exception {
    embedded = DriverManager.getConnection("jdbc:duckdb:");
    try (LeakCheckedAllocator memory = LeakCheckedAllocator.open();
        Statement views = embedded.createStatement()) {
      SampleSize size = SampleSize.ofScaleFactor(SCALE_FACTOR);
      for (SampleTable table : SampleKind.TPCH.tables(size, SampleKind.DEFAULT_SEED)) {
        Path file = SampleParquet.write(table, folder, memory.get());
        views.execute("CREATE VIEW %s AS FROM '%s'".formatted(table.name(), file));
      }
    }
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
  }

  @AfterAll
  static void stop() throws Exception {
    embedded.close();
    connection.close();
    server.close();
  }

  static IntStream numbers() {
    return IntStream.rangeClosed(1, TpchQueries.COUNT);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void theAnswerIsDuckDbs(int number) throws Exception {
    String query = TpchQueries.text(number, SCALE_FACTOR);
    List<String> expected = Jdbc.rows(embedded, query);
    assertThat(expected).isNotEmpty();
    assertThat(Jdbc.rows(connection, query)).isEqualTo(expected);
  }
}
