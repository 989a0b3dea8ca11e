package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of a statement for its next run never outlives what it was made of. */
class KeptStatementsTest {
  private static final String ALL = "SELECT * FROM t";
  private static final int INSERTS = 60;

  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;
  private FlightClient otherClient;
  private FlightSqlClient other;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id FROM range(2)");
    server = TestServer.start(folder);
    sql = FlightSql.client(server);
    otherClient = server.newClient();
    other = new FlightSqlClient(otherClient);
    sql.executeUpdate("CREATE TABLE t(a BIGINT)");
    sql.executeUpdate("INSERT INTO t VALUES (1)");
  }

  @AfterEach
  void stop() throws Exception {
    otherClient.close();
    server.close();
  }

  /** In one trip, in two and prepared, each twice: from the second on it is kept. */
  private List<List<String>> everyWay(String query) {
    List<List<String>> said = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      said.add(FlightSql.rows(server.client(), Tables.ticket(query)));
      said.add(FlightSql.rows(server.client(), sql.execute(query)));
      try (PreparedStatement prepared = sql.prepare(query)) {
        said.add(FlightSql.rows(server.client(), prepared.execute()));
      }
    }
    return said;
  }

  private List<String> columns(String query) {
    try (PreparedStatement prepared = sql.prepare(query)) {
      List<String> names =
          prepared.getResultSetSchema().getFields().stream().map(Field::getName).toList();
      assertThat(sql.execute(query).getSchemaOptional().orElseThrow().getFields())
          .extracting(Field::getName)
          .isEqualTo(names);
      return names;
    }
  }

  @Test
  void whatIsToldBeforeAValueIsBoundDoesNotStandAfterwards() throws Exception {
    try (PreparedStatement prepared = sql.prepare("SELECT ? AS v");
        VectorSchemaRoot nothing = VectorSchemaRoot.of(new NullVector("v", 1))) {
      assertThat(prepared.getResultSetSchema().getFields()).hasSize(1);
      nothing.setRowCount(1);
      prepared.setParameters(nothing);
      FlightInfo info = prepared.execute();
      try (FlightStream rows = sql.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(rows.getSchema()).isEqualTo(info.getSchemaOptional().orElseThrow());
        assertThat(rows.next()).isTrue();
        assertThat(rows.getRoot().getVector(0).isNull(0)).isTrue();
      }
      prepared.clearParameters();
    }
  }

  @Test
  void aTableThatSomebodyElseHasChangedIsReadAsItIs() {
    assertThat(everyWay(ALL)).containsOnly(List.of("1"));
    other.executeUpdate("INSERT INTO t VALUES (2)");
    assertThat(everyWay(ALL)).containsOnly(List.of("1", "2"));
    other.executeUpdate("ALTER TABLE t ADD COLUMN b VARCHAR DEFAULT 'x'");
    assertThat(columns(ALL)).containsExactly("a", "b");
    assertThat(everyWay(ALL)).containsOnly(List.of("1|x", "2|x"));
    other.executeUpdate("CREATE OR REPLACE TABLE t AS SELECT 'new' AS c");
    assertThat(columns(ALL)).containsExactly("c");
    assertThat(everyWay(ALL)).containsOnly(List.of("new"));
    other.executeUpdate("DROP TABLE t");
    assertThatThrownBy(() -> everyWay(ALL)).hasMessageContaining("t does not exist");
  }

  @Test
  void aDatasetThatWasReplacedIsReadAsItIs() throws Exception {
    String query = "SELECT id FROM sales WHERE id > 0";
    assertThat(everyWay(query)).containsOnly(List.of("1"));
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id, 'x' AS more FROM range(3)");
    assertThat(everyWay(query)).containsOnly(List.of("1", "2"));
    assertThat(columns("SELECT * FROM sales")).containsExactly("id", "more");
  }

  @Test
  void viewsAndMacrosAreThoseOfNow() {
    sql.executeUpdate("CREATE VIEW v AS SELECT a FROM t");
    sql.executeUpdate("CREATE MACRO m() AS 1");
    assertThat(everyWay("SELECT a, m() FROM v")).containsOnly(List.of("1|1"));
    other.executeUpdate("CREATE OR REPLACE VIEW v AS SELECT 7 AS a");
    other.executeUpdate("CREATE OR REPLACE MACRO m() AS 'text'");
    assertThat(everyWay("SELECT a, m() FROM v")).containsOnly(List.of("7|text"));
  }

  @Test
  void whatATransactionHasMadeIsItsOwn() {
    assertThat(everyWay(ALL)).containsOnly(List.of("1"));
    FlightSqlClient.Transaction transaction = other.beginTransaction();
    other.executeUpdate("CREATE TEMP TABLE t AS SELECT 'mine' AS a", transaction);
    assertThat(FlightSql.rows(otherClient, other.execute(ALL, transaction)))
        .containsExactly("mine");
    assertThat(everyWay(ALL)).containsOnly(List.of("1"));
    other.rollback(transaction);
    assertThat(everyWay(ALL)).containsOnly(List.of("1"));
  }

  @Test
  void aChangeThatWasPreparedEarlierGoesWhereItsTextSaysNow() {
    try (PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (5)")) {
      other.executeUpdate("CREATE OR REPLACE TABLE t(a BIGINT, CHECK (a < 9))");
      assertThat(insert.executeUpdate()).isEqualTo(1);
      assertThat(everyWay(ALL)).containsOnly(List.of("5"));
      other.executeUpdate("DROP TABLE t");
      assertThatThrownBy(insert::executeUpdate).isInstanceOf(FlightRuntimeException.class);
    }
  }

  @Test
  void insertsAreAllThereWhileSomethingElseIsDefined() throws Exception {
    sql.executeUpdate("CREATE TABLE log(a BIGINT)");
    AtomicInteger inserted = new AtomicInteger();
    new Together()
        .add(
            () -> {
              for (int i = 0; i < INSERTS; i++) {
                inserted.addAndGet((int) other.executeUpdate("INSERT INTO log VALUES (" + i + ")"));
              }
            })
        .add(
            () -> {
              for (int i = 0; inserted.get() < INSERTS && i < INSERTS; i++) {
                sql.executeUpdate("CREATE OR REPLACE VIEW moving AS SELECT " + i + " AS i");
              }
            })
        .run();
    assertThat(inserted).hasValue(INSERTS);
    assertThat(everyWay("SELECT count(DISTINCT a) FROM log")).containsOnly(List.of("" + INSERTS));
  }
}
