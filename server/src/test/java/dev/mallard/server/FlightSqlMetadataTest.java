package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metadata by arrow-java's client; {@link JdbcMetadataTest} has what the JDBC driver asks. */
class FlightSqlMetadataTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;

  @BeforeEach
  void start() {
    server = TestServer.start(folder);
    sql = FlightSql.client(server);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private List<String> rows(FlightInfo info) {
    return FlightSql.rows(server.client(), info);
  }

  @Test
  void typesAreListed() {
    assertThat(rows(sql.getXdbcTypeInfo())).anyMatch(row -> row.startsWith("INTEGER|4|"));
    assertThat(rows(sql.getXdbcTypeInfo(12)))
        .isNotEmpty()
        .allMatch(row -> row.split("\\|")[1].equals("12"));
  }

  @Test
  void allSqlInfoIsThereAndSoIsAPart() {
    assertThat(rows(sql.getSqlInfo(new int[0]))).hasSizeGreaterThan(50);
    assertThat(rows(sql.getSqlInfo(new int[] {0, 8}))).hasSize(2);
  }

  @Test
  void manyTablesAreListedWithTheirSchemas() {
    for (int i = 0; i < 300; i++) {
      sql.executeUpdate("CREATE TABLE t" + i + "(a INT, b VARCHAR, c DECIMAL(9, 2)[])");
    }
    assertThat(rows(sql.getTables(null, null, "t%", null, true))).hasSize(300);
    assertThat(rows(sql.getTables("mallard", "main", "t12_", List.of("TABLE"), false))).hasSize(10);
    assertThat(rows(sql.getTables("datasets", null, null, null, true))).isEmpty();
  }

  @Test
  void whatIsAskedForByADefinitionIsNew() {
    sql.executeUpdate("CREATE TABLE t(a INT)");
    assertThat(rows(sql.getTables("mallard", null, null, null, false))).hasSize(1);
    sql.executeUpdate("DROP TABLE t");
    assertThat(rows(sql.getTables("mallard", null, null, null, false))).isEmpty();
  }
}
