package dev.mallard.flight.sql;

import static org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo.*;

import dev.mallard.query.SqlMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Every SqlInfo of the specification, truly answered for DuckDB behind Mallard.
 *
 * <p>A value's type is the one that stock clients read: the JDBC driver wants limits and the
 * default isolation level as 64-bit numbers, and the level of outer joins as flags.
 */
final class SqlInfos {
  /** What asks the engine; the rest is known without it. */
  private static final Set<Integer> ASKED =
      Set.of(
          SQL_KEYWORDS_VALUE,
          SQL_NUMERIC_FUNCTIONS_VALUE,
          SQL_STRING_FUNCTIONS_VALUE,
          SQL_SYSTEM_FUNCTIONS_VALUE,
          SQL_DATETIME_FUNCTIONS_VALUE);

  /** DuckDB has no limit of these kinds, or none that matters. */
  private static final List<SqlInfo> UNLIMITED =
      List.of(
          SQL_MAX_BINARY_LITERAL_LENGTH,
          SQL_MAX_CHAR_LITERAL_LENGTH,
          SQL_MAX_COLUMN_NAME_LENGTH,
          SQL_MAX_COLUMNS_IN_GROUP_BY,
          SQL_MAX_COLUMNS_IN_INDEX,
          SQL_MAX_COLUMNS_IN_ORDER_BY,
          SQL_MAX_COLUMNS_IN_SELECT,
          SQL_MAX_COLUMNS_IN_TABLE,
          SQL_MAX_CONNECTIONS,
          SQL_MAX_CURSOR_NAME_LENGTH,
          SQL_MAX_INDEX_LENGTH,
          SQL_DB_SCHEMA_NAME_LENGTH,
          SQL_MAX_PROCEDURE_NAME_LENGTH,
          SQL_MAX_CATALOG_NAME_LENGTH,
          SQL_MAX_ROW_SIZE,
          SQL_MAX_STATEMENT_LENGTH,
          SQL_MAX_STATEMENTS,
          SQL_MAX_TABLE_NAME_LENGTH,
          SQL_MAX_TABLES_IN_SELECT,
          SQL_MAX_USERNAME_LENGTH);

  private final SortedMap<Integer, SqlInfoValue> values = new TreeMap<>();

  private SqlInfos() {}

  /**
   * @param begins whether the client begins transactions if it is told that there are any
   * @param codes those that are wanted; empty for all. Others may be in the answer
   */
  static SortedMap<Integer, SqlInfoValue> of(
      Supplier<SqlMetadata> metadata, ServerFacts facts, boolean begins, Set<Integer> codes) {
    SqlInfos infos = new SqlInfos();
    infos.addServer(facts);
    infos.addStatements(!facts.readOnly());
    infos.addSyntax();
    infos.addNames();
    infos.addLimits();
    infos.addTransactions(begins);
    infos.addResults();
    if (codes.isEmpty() || codes.stream().anyMatch(ASKED::contains)) {
      infos.addWords(metadata.get());
    }
    return infos.values;
  }

  private void addServer(ServerFacts facts) {
    boolean writable = !facts.readOnly();
    text(FLIGHT_SQL_SERVER_NAME, "Mallard");
    text(FLIGHT_SQL_SERVER_VERSION, facts.version());
    text(FLIGHT_SQL_SERVER_ARROW_VERSION, arrowVersion());
    truth(FLIGHT_SQL_SERVER_READ_ONLY, facts.readOnly());
    truth(FLIGHT_SQL_SERVER_SQL, true);
    truth(FLIGHT_SQL_SERVER_SUBSTRAIT, false);
    put(FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION, new SqlInfoValue.Text(null));
    put(FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION, new SqlInfoValue.Text(null));
    mask(
        FLIGHT_SQL_SERVER_TRANSACTION,
        SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_TRANSACTION_VALUE);
    truth(FLIGHT_SQL_SERVER_CANCEL, true);
    truth(FLIGHT_SQL_SERVER_BULK_INGESTION, writable);
    truth(FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED, writable);
    mask(FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT, millis(facts.statementTimeout()));
    mask(FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT, millis(facts.transactionTimeout()));
  }

  private static String arrowVersion() {
    String version = Schema.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
  }

  private void addStatements(boolean writable) {
    truth(SQL_DDL_CATALOG, false);
    truth(SQL_DDL_SCHEMA, writable);
    truth(SQL_DDL_TABLE, writable);
    truth(SQL_ALL_TABLES_ARE_SELECTABLE, true);
    truth(SQL_SELECT_FOR_UPDATE_SUPPORTED, false);
    truth(SQL_STORED_PROCEDURES_SUPPORTED, false);
    truth(SQL_STORED_FUNCTIONS_USING_CALL_SYNTAX_SUPPORTED, false);
    truth(SQL_BATCH_UPDATES_SUPPORTED, true);
    truth(SQL_NAMED_PARAMETERS_SUPPORTED, false);
    mask(SQL_SUPPORTED_POSITIONED_COMMANDS, 0);
  }

  private void addSyntax() {
    mask(SQL_NULL_ORDERING, SqlNullOrdering.SQL_NULLS_SORTED_AT_END_VALUE);
    truth(SQL_SUPPORTS_COLUMN_ALIASING, true);
    truth(SQL_NULL_PLUS_NULL_IS_NULL, true);
    put(SQL_SUPPORTS_CONVERT, new SqlInfoValue.NumberLists(Conversions.ALL));
    truth(SQL_SUPPORTS_TABLE_CORRELATION_NAMES, true);
    truth(SQL_SUPPORTS_DIFFERENT_TABLE_CORRELATION_NAMES, false);
    truth(SQL_SUPPORTS_EXPRESSIONS_IN_ORDER_BY, true);
    truth(SQL_SUPPORTS_ORDER_BY_UNRELATED, true);
    mask(SQL_SUPPORTED_GROUP_BY, 0b11);
    truth(SQL_SUPPORTS_LIKE_ESCAPE_CLAUSE, true);
    truth(SQL_SUPPORTS_NON_NULLABLE_COLUMNS, true);
    // Minimum and core; entry level.
    mask(SQL_SUPPORTED_GRAMMAR, 0b11);
    mask(SQL_ANSI92_SUPPORTED_LEVEL, 0b1);
    truth(SQL_SUPPORTS_INTEGRITY_ENHANCEMENT_FACILITY, true);
    // Limited and full.
    mask(SQL_OUTER_JOINS_SUPPORT_LEVEL, 0b110);
    mask(SQL_SUPPORTED_SUBQUERIES, 0b1111);
    truth(SQL_CORRELATED_SUBQUERIES_SUPPORTED, true);
    mask(SQL_SUPPORTED_UNIONS, 0b11);
  }

  private void addNames() {
    int insensitive = SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE_VALUE;
    mask(SQL_IDENTIFIER_CASE, insensitive);
    mask(SQL_QUOTED_IDENTIFIER_CASE, insensitive);
    text(SQL_IDENTIFIER_QUOTE_CHAR, "\"");
    text(SQL_SEARCH_STRING_ESCAPE, String.valueOf(LikePattern.ESCAPE));
    text(SQL_EXTRA_NAME_CHARACTERS, "");
    text(SQL_SCHEMA_TERM, "schema");
    text(SQL_PROCEDURE_TERM, "procedure");
    text(SQL_CATALOG_TERM, "catalog");
    truth(SQL_CATALOG_AT_START, true);
    // In index definitions; there are neither procedures nor privileges.
    mask(SQL_SCHEMAS_SUPPORTED_ACTIONS, 0b10);
    mask(SQL_CATALOGS_SUPPORTED_ACTIONS, 0b10);
  }

  private void addLimits() {
    UNLIMITED.forEach(limit -> put(limit, new SqlInfoValue.BigNumber(0)));
    truth(SQL_MAX_ROW_SIZE_INCLUDES_BLOBS, true);
  }

  /**
   * DuckDB's transactions see one snapshot of the data. The stock JDBC driver takes {@code
   * setAutoCommit(false)} and {@code rollback()} and does nothing: what it passes on to its users
   * must not promise more.
   */
  private void addTransactions(boolean begins) {
    int level =
        begins
            ? SqlTransactionIsolationLevel.SQL_TRANSACTION_REPEATABLE_READ_VALUE
            : SqlTransactionIsolationLevel.SQL_TRANSACTION_NONE_VALUE;
    put(SQL_DEFAULT_TRANSACTION_ISOLATION, new SqlInfoValue.BigNumber(level));
    truth(SQL_TRANSACTIONS_SUPPORTED, begins);
    mask(SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS, 1 << level);
    truth(SQL_DATA_DEFINITION_CAUSES_TRANSACTION_COMMIT, false);
    truth(SQL_DATA_DEFINITIONS_IN_TRANSACTIONS_IGNORED, false);
    truth(SQL_SAVEPOINTS_SUPPORTED, false);
  }

  /** Forward only and read only. */
  private void addResults() {
    mask(SQL_SUPPORTED_RESULT_SET_TYPES, 0b10);
    mask(SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED, 0b10);
    mask(SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY, 0b10);
    mask(SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE, 0);
    mask(SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE, 0);
    truth(SQL_LOCATORS_UPDATE_COPY, false);
  }

  private void addWords(SqlMetadata metadata) {
    List<String> functions = metadata.functions();
    put(SQL_KEYWORDS, new SqlInfoValue.Texts(metadata.keywords()));
    put(SQL_NUMERIC_FUNCTIONS, new SqlInfoValue.Texts(Functions.numeric(functions)));
    put(SQL_STRING_FUNCTIONS, new SqlInfoValue.Texts(Functions.text(functions)));
    put(SQL_SYSTEM_FUNCTIONS, new SqlInfoValue.Texts(Functions.system(functions)));
    put(SQL_DATETIME_FUNCTIONS, new SqlInfoValue.Texts(Functions.time(functions)));
  }

  private void text(SqlInfo code, String value) {
    put(code, new SqlInfoValue.Text(value));
  }

  private void truth(SqlInfo code, boolean value) {
    put(code, new SqlInfoValue.Truth(value));
  }

  private void mask(SqlInfo code, int value) {
    put(code, new SqlInfoValue.Mask(value));
  }

  private void put(SqlInfo code, SqlInfoValue value) {
    values.put(code.getNumber(), value);
  }
}
