package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prepared statements and updates, by arrow-java's client. */
class FlightSqlPreparedTest {
  private static final Schema PARAMETERS =
      new Schema(
          List.of(
              Field.nullable("a", new ArrowType.Int(64, true)),
              Field.nullable("b", ArrowType.Utf8.INSTANCE)));

  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(
        folder, "sales.parquet", "SELECT range AS id, 'n' || range AS name FROM range(5)");
    server = TestServer.start(folder);
    sql = FlightSql.client(server);
    sql.executeUpdate("CREATE TABLE t(a BIGINT, b VARCHAR)");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private List<String> rows(String query) {
    return FlightSql.rows(server.client(), sql.execute(query));
  }

  private List<String> run(PreparedStatement statement) {
    return FlightSql.rows(server.client(), statement.execute());
  }

  /** Row i is (from + i, "n" and that), null where a is 2. */
  private VectorSchemaRoot parameters(long from, int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(PARAMETERS, server.memory());
    BigIntVector a = (BigIntVector) root.getVector(0);
    VarCharVector b = (VarCharVector) root.getVector(1);
    for (int i = 0; i < rows; i++) {
      a.setSafe(i, from + i);
      if (from + i == 2) {
        b.setNull(i);
      } else {
        b.setSafe(i, ("n" + (from + i)).getBytes(StandardCharsets.UTF_8));
      }
    }
    root.setRowCount(rows);
    return root;
  }

  @Test
  void schemasAreKnownWhenItIsPrepared() {
    try (PreparedStatement query =
        sql.prepare("SELECT id, name FROM sales WHERE id = ? AND name = ?")) {
      assertThat(query.getParameterSchema().getFields())
          .extracting(Field::getType)
          .containsExactly(new ArrowType.Int(64, true), ArrowType.Utf8.INSTANCE);
      assertThat(query.getResultSetSchema().getFields())
          .extracting(Field::getName)
          .containsExactly("id", "name");
    }
    try (PreparedStatement update = sql.prepare("INSERT INTO t VALUES (?, ?)")) {
      assertThat(update.getResultSetSchema().getFields()).isEmpty();
      assertThat(update.getParameterSchema().getFields()).hasSize(2);
    }
  }

  @Test
  void aQueryRunsOnceForEachRowOfParameters() {
    try (PreparedStatement query =
            sql.prepare("SELECT id, name FROM sales WHERE id = ? AND name = ?");
        VectorSchemaRoot rows = parameters(1, 3)) {
      query.setParameters(rows);
      assertThat(run(query)).containsExactly("1|n1", "3|n3");
      assertThat(run(query)).containsExactly("1|n1", "3|n3");
    }
    try (PreparedStatement query =
            sql.prepare("SELECT id, name FROM sales WHERE id = ? AND name = ?");
        VectorSchemaRoot rows = parameters(4, 1)) {
      query.setParameters(rows);
      assertThat(run(query)).containsExactly("4|n4");
    }
  }

  @Test
  void anUpdateRunsOnceForEachRowOfParametersAllOrNothing() {
    try (PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (?, ?)");
        VectorSchemaRoot rows = parameters(0, 4)) {
      insert.setParameters(rows);
      assertThat(insert.executeUpdate()).isEqualTo(4);
    }
    assertThat(rows("SELECT a, b FROM t ORDER BY a"))
        .containsExactly("0|n0", "1|n1", "2|null", "3|n3");
    sql.executeUpdate("CREATE TABLE k(a BIGINT CHECK (a < 12), b VARCHAR)");
    try (PreparedStatement insert = sql.prepare("INSERT INTO k VALUES (?, ?)");
        VectorSchemaRoot rows = parameters(10, 4)) {
      insert.setParameters(rows);
      assertThatThrownBy(insert::executeUpdate).hasMessageContaining("CHECK");
    }
    assertThat(rows("SELECT count(*) FROM k")).containsExactly("0");
  }

  @Test
  void aStatementRunsAgainAndSeesWhatHasChanged() {
    try (PreparedStatement query = sql.prepare("SELECT count(*) FROM t")) {
      assertThat(run(query)).containsExactly("0");
      sql.executeUpdate("INSERT INTO t VALUES (1, 'x')");
      assertThat(run(query)).containsExactly("1");
    }
  }

  @Test
  void wrongParametersAreAnError() {
    try (PreparedStatement query = sql.prepare("SELECT id FROM sales WHERE id = ?")) {
      assertThatThrownBy(() -> run(query)).hasMessageContaining("not bound");
      try (VectorSchemaRoot rows = parameters(0, 1)) {
        query.setParameters(rows);
        assertThatThrownBy(() -> run(query)).hasMessageContaining("2 were given (expected: 1)");
      }
    }
    assertThatThrownBy(() -> rows("SELECT ?")).hasMessageContaining("not bound");
  }

  @Test
  void noRowsOfParametersChangeNothingAndAreNoQuery() {
    try (PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (?, ?)");
        VectorSchemaRoot none = parameters(0, 0)) {
      insert.setParameters(none);
      assertThat(insert.executeUpdate()).isZero();
    }
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("0");
    try (PreparedStatement query = sql.prepare("SELECT ? || ?");
        VectorSchemaRoot none = parameters(0, 0)) {
      query.setParameters(none);
      assertThatThrownBy(() -> run(query)).hasMessageContaining("bind");
    }
  }

  @Test
  void whatWasBoundForOneRunIsNotThereForAnother() {
    String text = "SELECT a FROM t WHERE a = ?";
    sql.executeUpdate("INSERT INTO t VALUES (1, 'x')");
    try (PreparedStatement query = sql.prepare(text);
        VectorSchemaRoot rows = parameters(1, 1)) {
      VectorSchemaRoot one = new VectorSchemaRoot(List.of(rows.getVector(0)));
      one.setRowCount(1);
      query.setParameters(one);
      assertThat(run(query)).containsExactly("1");
      query.fetchSchema();
    }
    assertThatThrownBy(() -> rows(text)).hasMessageContaining("not bound");
  }

  @Test
  void theSchemaIsTheBoundOneOnceSomethingIsBound() {
    try (PreparedStatement query = sql.prepare("SELECT coalesce(?, 1) AS c");
        VectorSchemaRoot rows = parameters(0, 1)) {
      assertThat(query.getResultSetSchema().getFields().get(0).getType())
          .isEqualTo(new ArrowType.Int(32, true));
      VectorSchemaRoot one = new VectorSchemaRoot(List.of(rows.getVector(0)));
      one.setRowCount(1);
      query.setParameters(one);
      Field expected = Field.nullable("c", new ArrowType.Int(64, true));
      assertThat(query.execute().getSchemaOptional().orElseThrow().getFields())
          .containsExactly(expected);
      assertThat(query.fetchSchema().getSchema().getFields()).containsExactly(expected);
      assertThat(run(query)).containsExactly("0");
    }
  }

  @Test
  void aClosedStatementIsGone() {
    PreparedStatement query = sql.prepare("SELECT 1");
    query.close();
    assertThatThrownBy(() -> sql.prepare("SELECT nope")).hasMessageContaining("nope");
    assertThatThrownBy(
            () ->
                FlightSql.rows(server.client(), Tables.ticket("{\"prepared\":\"no-such-handle\"}")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
  }

  @Test
  void aChangeRunsOnceHoweverItIsSent() {
    FlightRuns once = new FlightRuns();
    once.check("execute", () -> sql.execute("INSERT INTO t VALUES (1, 'x')"));
    once.check(
        "execute and read",
        () -> FlightSql.rows(server.client(), sql.execute("INSERT INTO t VALUES (1, 'x')")));
    once.check("executeUpdate", () -> sql.executeUpdate("INSERT INTO t VALUES (1, 'x')"));
    once.check(
        "as a ticket",
        () -> FlightSql.rows(server.client(), Tables.ticket("INSERT INTO t VALUES (1, 'x')")));
    once.check(
        "WITH",
        () ->
            FlightSql.rows(
                server.client(),
                sql.execute(
                    "WITH x AS (INSERT INTO t VALUES (1, 'x') RETURNING a) SELECT * FROM x")));
    once.check(
        "prepared, executed and read",
        () -> {
          try (PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (1, 'x')")) {
            run(insert);
          }
        });
    once.check(
        "prepared update",
        () -> {
          try (PreparedStatement insert = sql.prepare("INSERT INTO t VALUES (1, 'x')")) {
            insert.executeUpdate();
          }
        });
    sql.getExecuteSchema("INSERT INTO t VALUES (1, 'x')");
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("7");
  }

  private final class FlightRuns {
    private int expected;

    void check(String how, Runnable change) {
      change.run();
      expected++;
      assertThat(rows("SELECT count(*) FROM t")).as(how).containsExactly("" + expected);
    }
  }

  @Test
  void definitionsRunOnceHoweverTheyAreSent() {
    sql.execute("CREATE TABLE a(x INT)");
    assertThat(sql.executeUpdate("CREATE TABLE b(x INT)")).isZero();
    try (PreparedStatement create = sql.prepare("CREATE TABLE c(x INT)")) {
      assertThat(create.executeUpdate()).isZero();
    }
    assertThat(
            rows(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = 'mallard' ORDER BY 1"))
        .containsExactly("a", "b", "c", "t");
  }
}
