package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.testing.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flight SQL's transactions, by arrow-java's client. */
class FlightSqlTransactionTest {
  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id FROM range(5)");
    SqlConfig usual = SqlConfig.defaults();
    SqlConfig impatient =
        new SqlConfig(
            usual.memoryBytes(),
            usual.threads(),
            usual.concurrent(),
            usual.queued(),
            usual.timeout(),
            usual.temporaryBytes(),
            false,
            usual.database(),
            Duration.ofSeconds(3),
            usual.streamIdle(),
            usual.sessionIdle(),
            usual.engine());
    server = TestServer.start(folder, TestConfig.of(folder).sql(impatient));
    sql = FlightSql.client(server);
    sql.executeUpdate("CREATE TABLE t(a INT)");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private List<String> rows(String query) {
    return FlightSql.rows(server.client(), sql.execute(query));
  }

  private List<String> rows(String query, Transaction transaction) {
    return FlightSql.rows(server.client(), sql.execute(query, transaction));
  }

  @Test
  void whatIsCommittedIsSeenByAllAndWhatIsNotByNobodyElse() {
    Transaction transaction = sql.beginTransaction();
    assertThat(sql.executeUpdate("INSERT INTO t VALUES (1), (2)", transaction)).isEqualTo(2);
    assertThat(rows("SELECT count(*) FROM t", transaction)).containsExactly("2");
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("0");
    sql.commit(transaction);
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("2");
  }

  private List<String> listed() {
    return StreamSupport.stream(server.client().listFlights(Criteria.ALL).spliterator(), false)
        .map(
            info ->
                String.join("/", info.getDescriptor().getPath())
                    + info.getSchemaOptional().orElseThrow().getFields().stream()
                        .map(Field::getName)
                        .toList())
        .toList();
  }

  @Test
  void aListingShowsTablesAsTheyAreAtThatMoment() {
    assertThat(listed()).containsExactly("sales.parquet[id]", "t[a]").isEqualTo(listed());
    Transaction transaction = sql.beginTransaction();
    sql.executeUpdate("CREATE TABLE u AS SELECT 1 AS b", transaction);
    assertThat(listed()).containsExactly("sales.parquet[id]", "t[a]").isEqualTo(listed());
    sql.commit(transaction);
    assertThat(listed()).containsExactly("sales.parquet[id]", "t[a]", "u[b]").isEqualTo(listed());
    sql.executeUpdate("ALTER TABLE u ADD COLUMN c INT");
    assertThat(listed())
        .containsExactly("sales.parquet[id]", "t[a]", "u[b, c]")
        .isEqualTo(listed());
    try (FlightSqlClient.PreparedStatement drop = sql.prepare("DROP TABLE t")) {
      assertThat(listed())
          .containsExactly("sales.parquet[id]", "t[a]", "u[b, c]")
          .isEqualTo(listed());
      drop.executeUpdate();
      assertThat(listed()).containsExactly("sales.parquet[id]", "u[b, c]").isEqualTo(listed());
    }
    sql.executeUpdate("CREATE VIEW v AS FROM u");
    assertThat(listed())
        .containsExactly("sales.parquet[id]", "u[b, c]", "v[b, c]")
        .isEqualTo(listed());
  }

  @Test
  void whatIsRolledBackNeverWas() {
    Transaction transaction = sql.beginTransaction();
    sql.executeUpdate("INSERT INTO t VALUES (1)", transaction);
    sql.executeUpdate("CREATE TABLE gone(a INT)", transaction);
    sql.rollback(transaction);
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("0");
    assertThatThrownBy(() -> rows("SELECT * FROM gone")).hasMessageContaining("does not exist");
  }

  @Test
  void allThatIsDefinedAndDroppedInATransactionIsUndoneWithIt() {
    sql.executeUpdate("INSERT INTO t VALUES (1)");
    Transaction transaction = sql.beginTransaction();
    sql.executeUpdate("ALTER TABLE t ADD COLUMN b INT", transaction);
    sql.executeUpdate("CREATE VIEW v AS SELECT 1 AS one", transaction);
    sql.executeUpdate("CREATE TEMP TABLE own AS SELECT 2 AS two", transaction);
    sql.executeUpdate("DROP TABLE IF EXISTS other", transaction);
    assertThat(rows("SELECT b, one, two FROM t, v, own", transaction)).containsExactly("null|1|2");
    assertThat(rows("FROM t")).containsExactly("1");
    assertThatThrownBy(() -> rows("FROM own")).hasMessageContaining("does not exist");
    sql.rollback(transaction);
    assertThat(rows("FROM t")).containsExactly("1");
    assertThatThrownBy(() -> rows("FROM v")).hasMessageContaining("does not exist");
  }

  @Test
  void anErrorAbortsItSoThatItCannotBeCommittedAsIfNothingWere() {
    sql.executeUpdate("INSERT INTO t VALUES (1)");
    for (String wrong :
        List.of(
            "SELECT error('x') FROM t",
            "SELECT nothing FROM t",
            "SELECT * FROM nowhere",
            "CREATE TABLE t(a INT)",
            "INSERT INTO t VALUES ('x')")) {
      Transaction transaction = sql.beginTransaction();
      sql.executeUpdate("INSERT INTO t VALUES (2)", transaction);
      assertThatThrownBy(() -> rows(wrong, transaction)).as(wrong).isNotNull();
      assertThatThrownBy(() -> rows("SELECT 1", transaction))
          .as(wrong)
          .hasMessageContaining("roll it back");
      assertThatThrownBy(() -> sql.commit(transaction))
          .as(wrong)
          .hasMessageContaining("was rolled back");
      assertThat(rows("FROM t")).as(wrong).containsExactly("1");
    }
  }

  @Test
  void whatIsRefusedBeforeItIsUnderstoodLeavesItAsItWas() {
    for (String wrong : List.of("SELECT FROM WHERE", "COPY t TO 'x'", "FROM read_csv('x')")) {
      Transaction transaction = sql.beginTransaction();
      sql.executeUpdate("INSERT INTO t VALUES (2)", transaction);
      assertThatThrownBy(() -> rows(wrong, transaction)).as(wrong).isNotNull();
      sql.commit(transaction);
    }
    assertThat(rows("FROM t")).containsExactly("2", "2", "2");
  }

  @Test
  void aTransactionSeesDatasetsAsTheyWereWhenItBegan() throws Exception {
    Transaction transaction = sql.beginTransaction();
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id FROM range(9)");
    assertThat(rows("SELECT count(*) FROM sales")).containsExactly("9");
    assertThat(rows("SELECT count(*) FROM sales", transaction)).containsExactly("5");
    sql.commit(transaction);
  }

  @Test
  void twoTransactionsThatChangeTheSameRowsConflict() {
    sql.executeUpdate("INSERT INTO t VALUES (1)");
    Transaction first = sql.beginTransaction();
    Transaction second = sql.beginTransaction();
    sql.executeUpdate("UPDATE t SET a = 2", first);
    assertThatThrownBy(() -> sql.executeUpdate("UPDATE t SET a = 3", second))
        .hasMessageContaining("onflict");
    sql.rollback(second);
    sql.commit(first);
    assertThat(rows("SELECT a FROM t")).containsExactly("2");
  }

  @Test
  void preparedStatementsCanBelongToATransaction() {
    Transaction transaction = sql.beginTransaction();
    try (var insert = sql.prepare("INSERT INTO t VALUES (7)", transaction)) {
      assertThat(insert.executeUpdate()).isEqualTo(1);
    }
    try (var query = sql.prepare("SELECT a FROM t", transaction)) {
      assertThat(FlightSql.rows(server.client(), query.execute())).containsExactly("7");
    }
    sql.rollback(transaction);
    assertThat(rows("SELECT a FROM t")).isEmpty();
  }

  @Test
  void anAbandonedTransactionIsRolledBack() {
    sql.executeUpdate("INSERT INTO t VALUES (1)");
    Transaction transaction = sql.beginTransaction();
    sql.executeUpdate("UPDATE t SET a = 2", transaction);
    // Asking would be using it; that nobody else can change the row shows that it is there.
    Await.until("the transaction is gone", () -> canUpdate("UPDATE t SET a = a + 10"));
    assertThat(rows("SELECT a FROM t")).containsExactly("11");
    assertNotFound(() -> sql.commit(transaction));
  }

  private boolean canUpdate(String update) {
    try {
      return sql.executeUpdate(update) == 1;
    } catch (FlightRuntimeException e) {
      assertThat(e).hasMessageContaining("onflict");
      return false;
    }
  }

  /** But to roll back what is rolled back already, or was after it was idle, changes nothing. */
  @Test
  void anUnknownTransactionIsAnErrorExceptToRollBack() {
    Transaction unknown = new Transaction("nope".getBytes(StandardCharsets.UTF_8));
    assertNotFound(() -> sql.commit(unknown));
    sql.rollback(unknown);
    assertNotFound(() -> rows("SELECT 1", unknown));
    assertNotFound(() -> sql.executeUpdate("INSERT INTO t VALUES (1)", unknown));
    Transaction ended = sql.beginTransaction();
    sql.commit(ended);
    assertNotFound(() -> sql.commit(ended));
  }

  private static void assertNotFound(Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND))
        .hasMessageContaining("no such transaction");
  }

  @Test
  void savepointsAreRefusedHonestly() {
    Transaction transaction = sql.beginTransaction();
    assertThatThrownBy(() -> sql.beginSavepoint(transaction, "s"))
        .hasMessageContaining("no savepoints");
    sql.rollback(transaction);
  }
}
