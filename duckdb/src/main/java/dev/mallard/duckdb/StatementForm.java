package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;
import org.duckdb.StatementReturnType;
import org.jspecify.annotations.Nullable;

/**
 * A statement as DuckDB has prepared it for parameters of some types. As long as it does not know
 * them it says nothing of the result.
 */
final class StatementForm {
  private final ParsedStatement parsed;
  private final Bound bound;

  /** What stands in it for each parameter; none if it is as it came. */
  private final List<String> written;

  /** The generation of users' definitions that it is bound to. */
  private final long definitions;

  private final boolean returnsRows;
  private @Nullable Schema schema;

  /**
   * @param bound closed with it, also if this throws
   */
  StatementForm(ParsedStatement parsed, Bound bound, long definitions, List<String> written)
      throws SQLException {
    this.parsed = parsed;
    this.bound = bound;
    this.written = written;
    this.definitions = definitions;
    try (Closer onFailure = new Closer()) {
      onFailure.add(bound::close);
      this.returnsRows = findReturnsRows();
      onFailure.release();
    }
  }

  private boolean findReturnsRows() throws SQLException {
    String[] columns = RunningQuery.columnTypes(bound.statement());
    boolean saysNothing = columns.length == 1 && columns[0].equals("UNKNOWN");
    return saysNothing
        ? parsed.isReading() || parsed.tokens().stream().anyMatch(token -> token.is("returning"))
        : RunningQuery.returnType(bound.statement()) == StatementReturnType.QUERY_RESULT;
  }

  ParsedStatement parsed() {
    return parsed;
  }

  Bound bound() {
    return bound;
  }

  long definitions() {
    return definitions;
  }

  boolean returnsRows() {
    return returnsRows;
  }

  /** The parameters' types as DuckDB infers them; empty where it cannot. */
  List<String> parameterTypes() throws SQLException {
    return parameterTypes(bound.statement());
  }

  static List<String> parameterTypes(DuckDBPreparedStatement statement) throws SQLException {
    ParameterMetaData metadata = statement.getParameterMetaData();
    List<String> types = new ArrayList<>();
    for (int i = 1; i <= metadata.getParameterCount(); i++) {
      String type = metadata.getParameterTypeName(i);
      boolean known = type != null && !type.equals("INVALID") && !type.equals("UNKNOWN");
      types.add(known ? type : "");
    }
    return types;
  }

  /** Of its result, once it was found. */
  @Nullable Schema schema() {
    return schema;
  }

  Schema found(Schema result) {
    schema = restored(result);
    return schema;
  }

  /** A result's schema, with columns' names as they are without what was written into it. */
  Schema restored(Schema result) {
    return TypedNames.restored(result, written);
  }

  void close() throws SQLException {
    bound.close();
  }
}
