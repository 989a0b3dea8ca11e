package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bulk uploads into SQL tables, by arrow-java's client. */
class FlightSqlIngestTest {
  private static final TableDefinitionOptions CREATE =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_FAIL);
  private static final TableDefinitionOptions APPEND =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);
  private static final TableDefinitionOptions REPLACE =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_REPLACE);
  private static final TableDefinitionOptions CREATE_APPEND =
      options(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);

  @TempDir private Path folder;
  private TestServer server;
  private FlightSqlClient sql;

  private static TableDefinitionOptions options(
      TableNotExistOption ifMissing, TableExistsOption ifExists) {
    return TableDefinitionOptions.newBuilder()
        .setIfNotExist(ifMissing)
        .setIfExists(ifExists)
        .build();
  }

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(folder, "sales.parquet", "SELECT range AS id FROM range(5)");
    server = TestServer.start(folder);
    sql = FlightSql.client(server);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private long ingest(String table, TableDefinitionOptions mode, long stamp, int rows) {
    return ingest(new ExecuteIngestOptions(table, mode, null, null, Map.of()), null, stamp, rows);
  }

  private long ingest(ExecuteIngestOptions options, Transaction transaction, long stamp, int rows) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(Tables.SCHEMA, server.memory())) {
      Tables.fill(root, stamp, 0, rows);
      return transaction == null
          ? sql.executeIngest(root, options)
          : sql.executeIngest(root, options, transaction);
    }
  }

  private List<String> rows(String query) {
    return FlightSql.rows(server.client(), sql.execute(query));
  }

  @Test
  void eachModeDoesWhatItSays() {
    assertThat(ingest("t", CREATE, 1, 100)).isEqualTo(100);
    assertFails(FlightStatusCode.ALREADY_EXISTS, () -> ingest("t", CREATE, 2, 1));
    assertThat(ingest("t", APPEND, 3, 50)).isEqualTo(50);
    assertThat(rows("SELECT stamp, count(*) FROM t GROUP BY 1 ORDER BY 1"))
        .containsExactly("1|100", "3|50");
    assertThat(ingest("t", REPLACE, 4, 10)).isEqualTo(10);
    assertThat(rows("SELECT stamp, count(*), max(\"row\") FROM t GROUP BY 1"))
        .containsExactly("4|10|9");
    assertThat(ingest("t", CREATE_APPEND, 5, 5)).isEqualTo(5);
    assertThat(ingest("u", CREATE_APPEND, 6, 6)).isEqualTo(6);
    assertThat(ingest("v", REPLACE, 7, 7)).isEqualTo(7);
    assertThat(
            rows(
                "SELECT (SELECT count(*) FROM t), (SELECT count(*) FROM u), (SELECT count(*) FROM v)"))
        .containsExactly("15|6|7");
    assertFails(FlightStatusCode.NOT_FOUND, () -> ingest("missing", APPEND, 8, 1));
  }

  private static void assertFails(FlightStatusCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class, e -> assertThat(e.status().code()).isEqualTo(code));
  }

  @Test
  void aCatalogAndASchemaCanBeNamed() {
    sql.executeUpdate("CREATE SCHEMA s");
    assertThat(ingest(new ExecuteIngestOptions("t", CREATE, "mallard", "s", Map.of()), null, 1, 10))
        .isEqualTo(10);
    assertThat(rows("SELECT count(*) FROM mallard.s.t")).containsExactly("10");
    assertThatThrownBy(
            () ->
                ingest(
                    new ExecuteIngestOptions("x", CREATE, "datasets", "main", Map.of()),
                    null,
                    1,
                    10))
        .hasMessageContaining("datasets");
    assertThatThrownBy(
            () ->
                ingest(
                    new ExecuteIngestOptions("x", CREATE, "mallard", "nowhere", Map.of()),
                    null,
                    1,
                    10))
        .hasMessageContaining("nowhere");
  }

  @Test
  void aDatasetIsNotIngestedInto() {
    assertThatThrownBy(() -> ingest("sales", CREATE, 1, 1)).hasMessageContaining("sales");
    assertThatThrownBy(() -> ingest("sales", APPEND, 1, 1)).hasMessageContaining("sales");
    assertThatThrownBy(() -> ingest("sales", REPLACE, 1, 1)).hasMessageContaining("sales");
    assertThat(rows("SELECT count(*) FROM sales")).containsExactly("5");
  }

  @Test
  void anUploadInATransactionIsPartOfIt() {
    Transaction transaction = sql.beginTransaction();
    ExecuteIngestOptions target = new ExecuteIngestOptions("t", CREATE, null, null, Map.of());
    assertThat(ingest(target, transaction, 1, 10)).isEqualTo(10);
    assertThat(FlightSql.rows(server.client(), sql.execute("SELECT count(*) FROM t", transaction)))
        .containsExactly("10");
    sql.rollback(transaction);
    assertThatThrownBy(() -> rows("SELECT * FROM t")).hasMessageContaining("does not exist");
  }

  @Test
  void aTemporaryTableLivesAsLongAsItsTransaction() {
    ExecuteIngestOptions target =
        new ExecuteIngestOptions("mine", CREATE, true, null, null, Map.of());
    Transaction transaction = sql.beginTransaction();
    assertThat(ingest(target, transaction, 1, 10)).isEqualTo(10);
    assertThat(
            FlightSql.rows(server.client(), sql.execute("SELECT count(*) FROM mine", transaction)))
        .containsExactly("10");
    sql.commit(transaction);
    assertThatThrownBy(() -> rows("SELECT * FROM mine")).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> ingest(target, null, 1, 10)).hasMessageContaining("transaction");
  }

  @Test
  void columnsThatDoNotFitAreAnError() {
    sql.executeUpdate("CREATE TABLE t(a DATE)");
    assertThatThrownBy(() -> ingest("t", APPEND, 1, 10)).isInstanceOf(FlightRuntimeException.class);
    assertThat(rows("SELECT count(*) FROM t")).containsExactly("0");
  }
}
