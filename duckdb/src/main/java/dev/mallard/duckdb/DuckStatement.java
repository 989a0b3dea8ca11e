package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.sql.ParameterMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.duckdb.RunningQuery;
import org.duckdb.StatementReturnType;
import org.jspecify.annotations.Nullable;

/** A statement on a {@link DuckConnection}. */
final class DuckStatement implements SqlStatement {
  /** What an update without rows of its own gives as its result. */
  static final Schema COUNT =
      new Schema(List.of(Field.nullable("Count", new ArrowType.Int(64, true))));

  private final DuckConnection connection;
  private final DuckDBPreparedStatement statement;
  private final StatementKind kind;
  private final DatasetViews.Hold hold;
  private final String sql;
  private final long definitions;
  private final Optional<DatasetViews.Version> whole;
  private final StatementReturnType returnType;
  private final int parameterCount;
  private @Nullable Schema schema;

  /** The row that was bound last, to find out what types it leads to. */
  private @Nullable VectorSchemaRoot boundRows;

  private int boundRow;

  /**
   * @param sql what was prepared
   * @param hold closed with it
   * @param whole the dataset version of which it asks for all rows
   */
  DuckStatement(
      DuckConnection connection,
      DuckDBPreparedStatement statement,
      StatementKind kind,
      DatasetViews.Hold hold,
      String sql,
      Optional<DatasetViews.Version> whole)
      throws SQLException {
    this.connection = connection;
    this.statement = statement;
    this.kind = kind;
    this.hold = hold;
    this.sql = sql;
    this.definitions = connection.definitionsNow();
    this.whole = whole;
    this.returnType = RunningQuery.returnType(statement);
    this.parameterCount = statement.getParameterMetaData().getParameterCount();
  }

  @Override
  public boolean isQuery() {
    return kind == StatementKind.QUERY || kind == StatementKind.EXPLAIN;
  }

  @Override
  public boolean isCurrent() {
    return connection.isCurrent(hold, definitions);
  }

  private boolean returnsRows() {
    return returnType == StatementReturnType.QUERY_RESULT;
  }

  @Override
  public Schema schema() {
    if (!returnsRows()) {
      return COUNT;
    }
    if (schema == null) {
      schema = findSchema();
    }
    return schema;
  }

  private Schema findSchema() {
    try {
      Optional<Schema> named = schemaByNames();
      return named.isPresent() ? named.get() : connection.schemaOf(sql, this::setAny);
    } catch (SQLException | IOException e) {
      throw connection.errors().translate(e);
    }
  }

  /** The schema by the names of the columns' types, if they say all. */
  private Optional<Schema> schemaByNames() throws SQLException {
    ResultSetMetaData metadata = statement.getMetaData();
    String[] types = RunningQuery.columnTypes(statement);
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      Optional<Field> field =
          DuckTypes.field(metadata.getColumnLabel(i + 1), types[i], connection.timeZone());
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
    }
    return Optional.of(new Schema(fields));
  }

  /** Parameters of any value: those that are bound, else text, which fits where nothing is said. */
  private void setAny(DuckDBPreparedStatement other) throws SQLException {
    if (boundRows != null) {
      DuckParameters.set(other, parameterCount, boundRows, boundRow);
      return;
    }
    for (int i = 1; i <= parameterCount; i++) {
      other.setObject(i, isKnown(typeName(other.getParameterMetaData(), i)) ? null : "");
    }
  }

  @Override
  public Schema parameters() {
    List<Field> fields = new ArrayList<>();
    try {
      ParameterMetaData metadata = statement.getParameterMetaData();
      for (int i = 1; i <= parameterCount; i++) {
        String type = typeName(metadata, i);
        String name = "parameter_" + i;
        fields.add(
            DuckTypes.field(name, type, connection.timeZone())
                .map(DuckStatement::inMillis)
                .orElseGet(
                    () -> new Field(name, FieldType.nullable(ArrowType.Null.INSTANCE), null)));
      }
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
    return new Schema(fields);
  }

  /**
   * The JDBC driver sends times in milliseconds, whatever unit it is asked for; others send what
   * they have.
   */
  private static Field inMillis(Field parameter) {
    ArrowType type = parameter.getType();
    if (type instanceof ArrowType.Timestamp timestamp) {
      type = new ArrowType.Timestamp(TimeUnit.MILLISECOND, timestamp.getTimezone());
    } else if (type instanceof ArrowType.Time) {
      type = new ArrowType.Time(TimeUnit.MILLISECOND, 32);
    }
    return new Field(parameter.getName(), FieldType.nullable(type), parameter.getChildren());
  }

  private static String typeName(ParameterMetaData metadata, int parameter) throws SQLException {
    String name = metadata.getParameterTypeName(parameter);
    return name == null ? "" : name;
  }

  private static boolean isKnown(String type) {
    return !type.isEmpty() && !type.equals("INVALID") && !type.equals("UNKNOWN");
  }

  @Override
  public void bind(VectorSchemaRoot rows, int row) {
    try {
      DuckParameters.set(statement, parameterCount, rows, row);
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
    boundRows = rows;
    boundRow = row;
  }

  @Override
  public BatchStream run() {
    requireBound();
    try {
      if (!returnsRows()) {
        return CountStream.of(update(), connection.allocator());
      }
      Optional<BatchStream> rows = whole.flatMap(version -> connection.rows(version, schema()));
      if (rows.isPresent()) {
        return rows.get();
      }
      connection.setStreaming(isQuery());
      return execute();
    } catch (SQLException | IOException e) {
      throw connection.errors().translate(e);
    }
  }

  private void requireBound() {
    if (parameterCount > 0 && boundRows == null) {
      throw MallardException.invalid(
          "parameters: the statement has "
              + parameterCount
              + " that are not bound; prepare it and bind them");
    }
  }

  private BatchStream execute() throws SQLException, IOException {
    int batchRows = BatchSize.rows(schema());
    try {
      statement.execute();
    } catch (SQLException e) {
      throw explained(e);
    }
    DuckDBResultSet rows = (DuckDBResultSet) statement.getResultSet();
    if (kind == StatementKind.EXPLAIN) {
      return ExplainText.of(rows, schema(), connection.allocator(), connection.errors());
    }
    return new DuckStream(rows, connection.allocator(), batchRows, connection.errors());
  }

  /**
   * The driver loses the text of an error that comes before the first row of a streamed result, and
   * the statement with it. Its other way to run a statement keeps the text, so a query is run again
   * up to that error.
   */
  private Throwable explainedCause(SQLException lost) {
    if (!isQuery() || !DuckErrors.text(lost).contains("Invalid result set")) {
      return lost;
    }
    connection.checkCancelled();
    try (DuckDBPreparedStatement again = connection.jdbc().prepare(sql)) {
      setAny(again);
      again.query().close();
    } catch (SQLException told) {
      return told;
    }
    return new MallardException(
        ErrorCode.UNAVAILABLE, "SQL: the statement failed for lack of resources; try again", lost);
  }

  private SQLException explained(SQLException lost) {
    Throwable cause = explainedCause(lost);
    if (cause instanceof MallardException known) {
      throw known;
    }
    return (SQLException) cause;
  }

  @Override
  public long update() {
    requireBound();
    try {
      connection.setStreaming(false);
      if (returnsRows()) {
        return rowsOf(execute());
      }
      long changed = changed();
      if (kind == StatementKind.DEFINITION) {
        connection.definitionChanged();
      }
      return changed;
    } catch (SQLException | IOException e) {
      throw connection.errors().translate(e);
    }
  }

  private long changed() throws SQLException {
    if (returnType == StatementReturnType.CHANGED_ROWS) {
      return statement.executeLargeUpdate();
    }
    statement.execute();
    return -1;
  }

  private static long rowsOf(BatchStream result) throws IOException {
    try (result) {
      long rows = 0;
      dev.mallard.arrow.IpcMessage message;
      while ((message = result.next()) != null) {
        rows += message.rows();
        message.close();
      }
      return rows;
    }
  }

  @Override
  public void close() {
    try {
      statement.close();
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    } finally {
      hold.close();
    }
  }
}
