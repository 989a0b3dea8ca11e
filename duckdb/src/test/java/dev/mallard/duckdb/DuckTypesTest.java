package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.query.Cancellation;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A result has the schema that was promised before it was run, whatever its types. */
class DuckTypesTest {
  @TempDir static Path root;
  private static EngineFixture sql;

  @BeforeAll
  static void open() throws Exception {
    sql = new EngineFixture(root);
  }

  @AfterAll
  static void close() throws Exception {
    sql.close();
  }

  private static void assertPlannedIsReal(String query) {
    Schema planned = sql.service.schema(EngineFixture.request(query), new Cancellation());
    Schema plan = sql.service.plan(EngineFixture.request(query), 1, new Cancellation()).schema();
    Schema prepared =
        sql.service.prepare(EngineFixture.request(query), new Cancellation()).schema();
    try (var result = sql.service.open(EngineFixture.request(query), new Cancellation())) {
      assertThat(planned).isEqualTo(result.schema()).isEqualTo(plan).isEqualTo(prepared);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BOOLEAN",
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
        "BIGNUM",
        "FLOAT",
        "DOUBLE",
        "DECIMAL(4, 1)",
        "DECIMAL(9, 2)",
        "DECIMAL(18, 3)",
        "DECIMAL(38, 10)",
        "VARCHAR",
        "BLOB",
        "BIT",
        "UUID",
        "JSON",
        "DATE",
        "TIME",
        "TIMETZ",
        "TIME_NS",
        "TIMESTAMP",
        "TIMESTAMP_S",
        "TIMESTAMP_MS",
        "TIMESTAMP_NS",
        "TIMESTAMPTZ",
        "INTERVAL",
        "ENUM('a', 'b')",
        "INTEGER[]",
        "INTEGER[][]",
        "INTEGER[3]",
        "VARCHAR[2][]",
        "ENUM('a')[]",
        "STRUCT(a INTEGER, b VARCHAR)",
        "STRUCT(\"a b\" INTEGER, \"c\"\"d\" VARCHAR[])",
        "STRUCT(a STRUCT(b TIMETZ))",
        "STRUCT(\"INTEGER)\" INTEGER, \"x, y\" DATE)",
        "MAP(VARCHAR, INTEGER)",
        "MAP(INTEGER, STRUCT(a UHUGEINT))",
        "UNION(n INTEGER, s VARCHAR)",
        "UHUGEINT[]",
        "BIT[]",
        "TIMETZ[2]",
        "MAP(UHUGEINT, TIMETZ)"
      })
  void thePlannedSchemaIsTheRealOne(String type) {
    assertPlannedIsReal("SELECT NULL::" + type + " AS v, 1 AS \"odd \"\" name\"");
  }

  @Test
  void allTypesAtOnceAreReadable() {
    assertPlannedIsReal("SELECT * FROM test_all_types()");
    assertThat(sql.rows("SELECT * FROM test_all_types()")).hasSize(3);
  }

  @Test
  void namesThatAreTheSameAndNoNamesAreKept() {
    assertPlannedIsReal("SELECT 1 AS a, 'x' AS a, 2 + 2, NULL");
    assertThat(sql.rows("SELECT 1 AS a, 'x' AS a, 2 + 2, NULL")).isEqualTo(List.of("1|x|4|null"));
  }

  @Test
  void typesThatClientsCannotReadAreToldAsText() {
    assertThat(DuckTypes.readable("UHUGEINT")).hasValue("VARCHAR");
    assertThat(DuckTypes.readable("TIME WITH TIME ZONE[]")).hasValue("VARCHAR[]");
    assertThat(DuckTypes.readable("STRUCT(a BIT, b INTEGER)"))
        .hasValue("STRUCT(\"a\" VARCHAR, \"b\" INTEGER)");
    assertThat(DuckTypes.readable("INTEGER")).isEmpty();
    assertThat(DuckTypes.readable("STRUCT(a INTEGER)")).isEmpty();
    assertThat(DuckTypes.field("x", "ENUM('a')", "UTC")).isEmpty();
    assertThat(DuckTypes.field("x", "NO_SUCH_TYPE", "UTC")).isEmpty();
    assertThat(DuckTypes.field("x", "STRUCT(a INTEGER", "UTC")).isEmpty();
  }
}
