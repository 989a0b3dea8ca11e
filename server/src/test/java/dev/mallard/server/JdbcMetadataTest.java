package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tools ask about a database before they show it, asked by the stock JDBC driver. */
class JdbcMetadataTest {
  @TempDir private Path folder;
  private TestServer server;
  private Connection connection;
  private DatabaseMetaData metadata;

  @BeforeEach
  void start() throws Exception {
    DuckFiles.write(folder, "sales.parquet", "SELECT 1 AS id, 'x' AS name");
    DuckFiles.write(folder, "my_app/events.parquet", "SELECT now() AS at");
    server = TestServer.start(folder);
    connection = Jdbc.connect(server);
    Jdbc.update(
        connection, "CREATE TABLE parent(a INT, b INT, v DECIMAL(9, 2), PRIMARY KEY (a, b))");
    Jdbc.update(
        connection,
        "CREATE TABLE child(id INT PRIMARY KEY, a INT NOT NULL, b INT,"
            + " FOREIGN KEY (a, b) REFERENCES parent(a, b))");
    Jdbc.update(connection, "CREATE VIEW both_tables AS SELECT * FROM parent");
    metadata = connection.getMetaData();
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  void thereAreTwoCatalogsAndTheSchemasOfEach() throws Exception {
    assertThat(Jdbc.lines(metadata.getCatalogs())).containsExactly("datasets", "mallard");
    assertThat(Jdbc.lines(metadata.getSchemas(), "TABLE_CATALOG", "TABLE_SCHEM"))
        .contains("datasets|main", "datasets|my_app", "mallard|main");
    assertThat(Jdbc.lines(metadata.getSchemas("datasets", "my%"), "TABLE_CATALOG", "TABLE_SCHEM"))
        .containsExactly("datasets|my_app");
  }

  @Test
  void tablesAreFoundByPatternsAndTypes() throws Exception {
    assertThat(tables(null, null, null))
        .contains(
            "datasets|main|sales",
            "datasets|my_app|events",
            "mallard|main|both_tables",
            "mallard|main|child",
            "mallard|main|parent");
    assertThat(tables("mallard", "main", "%")).hasSize(3);
    assertThat(tables(null, null, "par_nt")).containsExactly("mallard|main|parent");
    assertThat(tables(null, "my\\_app", null)).containsExactly("datasets|my_app|events");
    assertThat(tables(null, null, "nothing%")).isEmpty();
    List<String> types = Jdbc.lines(metadata.getTableTypes());
    assertThat(types).contains("TABLE", "VIEW");
    assertThat(tables("mallard", null, null, "VIEW")).containsExactly("mallard|main|both_tables");
    assertThat(tables("mallard", null, null, "VIEW", "TABLE")).hasSize(3);
    assertThat(tables(null, null, null, types.toArray(String[]::new))).hasSize(5);
  }

  private List<String> tables(String catalog, String schema, String table, String... types)
      throws SQLException {
    return Jdbc.lines(
        metadata.getTables(catalog, schema, table, types.length == 0 ? null : types),
        "TABLE_CAT",
        "TABLE_SCHEM",
        "TABLE_NAME");
  }

  @Test
  void columnsHaveTheirTypes() throws Exception {
    assertThat(
            Jdbc.lines(
                metadata.getColumns("mallard", "main", "parent", null),
                "COLUMN_NAME",
                "DATA_TYPE",
                "ORDINAL_POSITION"))
        .containsExactly(
            "a|" + Types.INTEGER + "|1", "b|" + Types.INTEGER + "|2", "v|" + Types.DECIMAL + "|3");
    assertThat(
            Jdbc.lines(metadata.getColumns(null, null, "sales", "na%"), "TABLE_CAT", "COLUMN_NAME"))
        .containsExactly("datasets|name");
    assertThat(
            Jdbc.lines(
                metadata.getColumns(null, null, "parent", "v"), "COLUMN_SIZE", "DECIMAL_DIGITS"))
        .containsExactly("9|2");
  }

  @Test
  void keysAreTold() throws Exception {
    assertThat(
            Jdbc.lines(
                metadata.getPrimaryKeys("mallard", "main", "parent"), "COLUMN_NAME", "KEY_SEQ"))
        .containsExactly("a|1", "b|2");
    assertThat(Jdbc.lines(metadata.getPrimaryKeys(null, null, "sales"))).isEmpty();
    String[] key = {"PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ"};
    String[] expected = {"parent|a|child|a|1", "parent|b|child|b|2"};
    assertThat(Jdbc.lines(metadata.getImportedKeys("mallard", "main", "child"), key))
        .containsExactly(expected);
    assertThat(Jdbc.lines(metadata.getExportedKeys("mallard", "main", "parent"), key))
        .containsExactly(expected);
    assertThat(
            Jdbc.lines(
                metadata.getCrossReference("mallard", "main", "parent", "mallard", "main", "child"),
                key))
        .containsExactly(expected);
    assertThat(
            Jdbc.lines(
                metadata.getCrossReference("mallard", "main", "child", "mallard", "main", "parent"),
                key))
        .isEmpty();
  }

  /** The driver does not ask the server; {@link FlightSqlMetadataTest} does. */
  @Test
  void theDriverKnowsNoTypes() throws Exception {
    assertThat(Jdbc.lines(metadata.getTypeInfo())).isEmpty();
  }

  /** Whatever has no parameters: names, versions, limits, capabilities. */
  @Test
  void everyScalarQuestionHasAnAnswer() throws Exception {
    List<String> failed = new ArrayList<>();
    int asked = 0;
    for (Method question : DatabaseMetaData.class.getMethods()) {
      Class<?> type = question.getReturnType();
      boolean isScalar = type.isPrimitive() || type == String.class;
      if (question.getParameterCount() > 0 || !isScalar) {
        continue;
      }
      asked++;
      try {
        question.invoke(metadata);
      } catch (InvocationTargetException e) {
        failed.add(question.getName() + ": " + e.getCause());
      }
    }
    assertThat(failed).isEmpty();
    assertThat(asked).isGreaterThan(120);
  }

  @Test
  void questionsWithArgumentsHaveAnswersToo() throws Exception {
    assertThat(metadata.supportsResultSetType(java.sql.ResultSet.TYPE_FORWARD_ONLY)).isTrue();
    for (int from : new int[] {Types.INTEGER, Types.VARCHAR, Types.TIMESTAMP}) {
      for (int to : new int[] {Types.BIGINT, Types.VARCHAR, Types.BOOLEAN}) {
        metadata.supportsConvert(from, to);
      }
    }
    metadata.supportsTransactionIsolationLevel(Connection.TRANSACTION_SERIALIZABLE);
    assertThat(metadata.getDatabaseProductName()).containsIgnoringCase("mallard");
    assertThat(metadata.getIdentifierQuoteString()).isEqualTo("\"");
    assertThat(metadata.getSQLKeywords()).isNotEmpty();
    assertThat(metadata.getNumericFunctions()).isNotEmpty();
    assertThat(metadata.isReadOnly()).isFalse();
  }

  @Test
  void listsThatTheDriverCannotAskForAreEmptyOrRefusedByIt() throws Exception {
    assertEmptyOrRefused(() -> Jdbc.lines(metadata.getProcedures(null, null, null)));
    assertEmptyOrRefused(() -> Jdbc.lines(metadata.getFunctions(null, null, null)));
    assertEmptyOrRefused(
        () -> Jdbc.lines(metadata.getIndexInfo(null, null, "parent", false, true)));
    assertEmptyOrRefused(() -> Jdbc.lines(metadata.getUDTs(null, null, null, null)));
    assertEmptyOrRefused(() -> Jdbc.lines(metadata.getClientInfoProperties()));
  }

  private interface Listing {
    List<String> get() throws SQLException;
  }

  private static void assertEmptyOrRefused(Listing listing) throws SQLException {
    try {
      assertThat(listing.get()).isEmpty();
    } catch (SQLFeatureNotSupportedException | UnsupportedOperationException refused) {
      assertThat(refused).isNotNull();
    }
  }
}
