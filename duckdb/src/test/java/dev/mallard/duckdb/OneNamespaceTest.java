package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets and tables share their names: no table or view can take a dataset's. */
class OneNamespaceTest {
  private static final String[] ATTEMPTS = {
    "CREATE TABLE sales(a INT)",
    "CREATE TABLE SALES AS SELECT 1 AS a",
    "CREATE TABLE IF NOT EXISTS \"Sales\"(a INT)",
    "CREATE OR REPLACE TABLE mallard.main.sales AS FROM other",
    "CREATE VIEW sales AS SELECT 1 AS a",
    "CREATE OR REPLACE VIEW main.\"sales\" AS SELECT 1 AS a",
    "CREATE TABLE `sales`(a INT)",
    "CREATE VIEW mallard.`main`.`SaLeS` AS SELECT 1 AS a",
    "ALTER TABLE other RENAME TO sales",
    "ALTER TABLE IF EXISTS mallard.main.other RENAME TO \"SALES\"",
    "ALTER TABLE other RENAME TO `sales`",
    "ALTER VIEW shown RENAME TO sales",
    "CREATE TABLE shop.orders(a INT)",
    "CREATE TABLE SHOP.\"ORDERS\" AS SELECT 1 AS a",
    "CREATE VIEW mallard.shop.orders AS SELECT 1 AS a",
    "ALTER TABLE shop.others RENAME TO orders",
  };

  @TempDir Path root;

  private EngineFixture sql;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    sql.parquet("sales.parquet", "SELECT 42 AS a");
    sql.parquet("shop/orders.parquet", "SELECT 43 AS a");
    sql.update("CREATE TABLE other(a INT)");
    sql.update("CREATE VIEW shown AS SELECT 1 AS a");
    sql.update("CREATE SCHEMA shop");
    sql.update("CREATE TABLE shop.others(a INT)");
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  private void assertNothingChanged() {
    assertThat(sql.rows("SELECT a FROM sales")).containsExactly("42");
    assertThat(sql.rows("SELECT a FROM shop.orders")).containsExactly("43");
    assertThat(sql.engine.metadata().tables())
        .filteredOn(table -> table.catalog().equals("mallard"))
        .extracting(table -> table.name())
        .containsExactly("other", "shown", "others");
  }

  private static void assertTaken(Throwable failure, String attempt) {
    assertThat(failure).as(attempt).isInstanceOf(MallardException.class);
    assertThat(((MallardException) failure).code())
        .as(attempt + ": " + failure.getMessage())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(failure.getMessage()).as(attempt).containsPattern("(?i)'(sales|shop/orders)'");
  }

  @Test
  void noStatementGivesATableADatasetsName() {
    for (String attempt : ATTEMPTS) {
      assertTaken(sql.failure(attempt).orElse(null), attempt);
    }
    assertNothingChanged();
  }

  @Test
  void norDoesATransaction() {
    for (String attempt : ATTEMPTS) {
      String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
      assertThatThrownBy(() -> sql.rows(attempt, transaction))
          .satisfies(e -> assertTaken(e, attempt));
      sql.service.rollback(transaction, Caller.ANONYMOUS);
    }
    assertNothingChanged();
  }

  @Test
  void norDoesAnUpload() throws Exception {
    Schema schema = new Schema(List.of(Field.nullable("a", new ArrowType.Int(32, true))));
    for (IngestTarget.IfExists ifExists : IngestTarget.IfExists.values()) {
      for (String schemaName : new String[] {null, "main", "shop"}) {
        String table = "shop".equals(schemaName) ? "Orders" : "SALES";
        IngestTarget target =
            new IngestTarget(
                null, schemaName, table, ifExists, IngestTarget.IfMissing.CREATE, false);
        try (SqlConnection connection = sql.engine.connect(SessionOptions.NONE)) {
          assertThatThrownBy(
                  () -> {
                    try (Ingest ingest = connection.ingest(target, schema)) {
                      ingest.commit();
                    }
                  })
              .satisfies(e -> assertTaken(e, target.toString()));
        }
      }
    }
    assertNothingChanged();
  }

  @Test
  void aSessionsSchemaIsWhereItsTablesGo() {
    SessionOptions session = new SessionOptions("s", null, "shop", Map.of());
    try (SqlConnection connection = sql.engine.connect(session)) {
      assertThatThrownBy(
              () -> connection.prepare("CREATE TABLE orders(a INT)", Caller.ANONYMOUS).update())
          .satisfies(e -> assertTaken(e, "orders"));
    }
    assertNothingChanged();
  }

  @Test
  void aTableThatIsBeingMadeKeepsItsNameFromDatasets() {
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    sql.rows("CREATE TABLE soon(a INT)", transaction);
    DatasetTable soon = new DatasetTable("main", "SOON");
    assertThat(sql.claims.claim(soon, NameClaims.Taker.DATASET)).isEmpty();
    sql.service.rollback(transaction, Caller.ANONYMOUS);
    NameClaims.Claim put = sql.claims.claim(soon, NameClaims.Taker.DATASET).orElseThrow();
    assertThat(sql.failure("CREATE TABLE soon(a INT)").orElseThrow())
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    put.close();
    sql.update("CREATE TABLE soon(a INT)");
    assertThat(sql.claims.claim(soon, NameClaims.Taker.DATASET)).get().satisfies(c -> c.close());
  }

  @Test
  void aTransactionWhoseTablesNameADatasetTookMeanwhileIsNotCommitted() throws Exception {
    String transaction = sql.service.begin(SessionOptions.NONE, new Cancellation());
    sql.rows("CREATE TABLE soon(a INT)", transaction);
    sql.parquet("soon.parquet", "SELECT 1 AS a");
    assertThatThrownBy(() -> sql.service.commit(transaction, Caller.ANONYMOUS))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    assertNothingChanged();
  }

  @Test
  void aTableUnderADatasetsNameCanBeSavedByItsFullName() throws Exception {
    sql.parquet("other.parquet", "SELECT 7 AS a");
    assertThat(sql.rows("SELECT a FROM other")).containsExactly("7");
    assertThat(sql.failure("DROP TABLE other"))
        .get()
        .satisfies(e -> assertThat(e).hasMessageContaining("is a dataset"));
    sql.update("INSERT INTO mallard.main.other VALUES (8)");
    sql.update("ALTER TABLE mallard.main.other RENAME TO saved");
    assertThat(sql.rows("SELECT a FROM saved")).containsExactly("8");
    Files.delete(sql.data.resolve("other.parquet"));
    try (BatchStream gone =
        sql.service.open(EngineFixture.request("SELECT a FROM saved"), new Cancellation())) {
      assertThat(gone.schema().getFields()).hasSize(1);
    }
  }
}
