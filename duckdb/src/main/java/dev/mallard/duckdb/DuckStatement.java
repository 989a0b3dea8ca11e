package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.sql.ParameterMetaData;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;
import org.duckdb.StatementReturnType;
import org.jspecify.annotations.Nullable;

/** A statement on a {@link DuckConnection}. */
final class DuckStatement implements SqlStatement {
  /** What an update without rows of its own gives as its result. */
  static final Schema COUNT =
      new Schema(List.of(Field.nullable("Count", new ArrowType.Int(64, true))));

  private final DuckConnection connection;
  private final ParsedStatement parsed;
  private final Bound bound;
  private final long definitions;
  private final StatementReturnType returnType;
  private final int parameterCount;
  private @Nullable Schema schema;

  /** The row that was bound last. */
  private @Nullable VectorSchemaRoot boundRows;

  private int boundRow;

  /**
   * @param bound closed with it, also if this throws
   */
  DuckStatement(DuckConnection connection, ParsedStatement parsed, Bound bound)
      throws SQLException {
    this.connection = connection;
    this.parsed = parsed;
    this.bound = bound;
    this.definitions = connection.definitionsNow();
    try (Closer onFailure = new Closer()) {
      onFailure.add(bound::close);
      this.returnType = RunningQuery.returnType(bound.statement());
      this.parameterCount = bound.statement().getParameterMetaData().getParameterCount();
      onFailure.release();
    }
  }

  @Override
  public boolean isQuery() {
    return parsed.isReading();
  }

  @Override
  public boolean isCurrent() {
    return connection.isCurrent(bound.hold(), definitions);
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
      return named.isPresent() ? named.get() : connection.schemaOf(bound.sql(), this::setAny);
    } catch (SQLException | IOException e) {
      throw here().translate(e);
    }
  }

  /** The schema by the names of the columns' types, if they say all. */
  private Optional<Schema> schemaByNames() throws SQLException {
    ResultSetMetaData metadata = bound.statement().getMetaData();
    String[] types = RunningQuery.columnTypes(bound.statement());
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
      ParameterMetaData metadata = bound.statement().getParameterMetaData();
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
      DuckParameters.set(bound.statement(), parameterCount, rows, row);
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
    boundRows = rows;
    boundRow = row;
  }

  @Override
  public void unbind() {
    boundRows = null;
  }

  @Override
  public BatchStream run() {
    requireBound();
    if (!returnsRows()) {
      return CountStream.of(update(), connection.allocator());
    }
    Optional<BatchStream> whole = whole();
    return whole.isPresent() ? whole.get() : rows();
  }

  private void requireBound() {
    if (parameterCount > 0 && boundRows == null) {
      throw MallardException.invalid(
          "parameters: the statement has "
              + parameterCount
              + " that are not bound; prepare it and bind them");
    }
  }

  /** A dataset's own messages, if they are what the result would be. */
  private Optional<BatchStream> whole() {
    if (connection.isInTransaction()) {
      return Optional.empty();
    }
    Schema result = schema();
    return bound
        .whole()
        .filter(dataset -> WholeDataset.fits(dataset.schema(), result))
        .flatMap(SqlDataset::read)
        .map(rows -> new WholeDataset.Renamed(rows, result));
  }

  private StatementRun here() {
    return new StatementRun(connection, parsed.kind(), bound, this::setAny);
  }

  /**
   * Whether it is to be bound again in a transaction in which it then runs. What only reads is
   * first run without: that costs nothing, and hardly ever do datasets change in that moment.
   */
  private boolean wantsOwnTransaction() {
    return !connection.isInTransaction()
        && (parsed.listsTables() || parsed.mayName() || (!isQuery() && !bound.hold().isEmpty()));
  }

  private BatchStream rows() {
    if (wantsOwnTransaction()) {
      return rowsInOwnTransaction();
    }
    StatementRun run = here();
    try {
      BatchStream rows = run.rows(schema());
      if (connection.hasRunAsBound(bound.hold())) {
        return rows;
      }
      rows.close();
    } catch (SQLException | IOException e) {
      if (connection.hasRunAsBound(bound.hold())) {
        throw run.translate(e);
      }
    }
    return rowsInOwnTransaction();
  }

  private BatchStream rowsInOwnTransaction() {
    connection.checkCancelled();
    try (Closer onFailure = new Closer()) {
      OwnTransaction transaction = onFailure.add(connection.ownTransaction(parsed));
      StatementRun run = again(transaction);
      BatchStream rows;
      try {
        rows = run.rows(schema());
        if (!isQuery()) {
          transaction.commit(); // Its rows are in memory.
        }
      } catch (SQLException | IOException e) {
        throw run.translate(e);
      }
      onFailure.release();
      return new OwnedRows(rows, transaction);
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
  }

  private StatementRun again(OwnTransaction transaction) throws SQLException {
    setAny(transaction.bound().statement());
    return new StatementRun(connection, parsed.kind(), transaction.bound(), this::setAny);
  }

  @Override
  public long update() {
    requireBound();
    long changed = wantsOwnTransaction() ? updateInOwnTransaction() : updateHere();
    if (parsed.kind() == StatementKind.DEFINITION) {
      connection.definitionChanged();
    }
    return changed;
  }

  private long updateHere() {
    StatementRun run = here();
    try {
      return parsed.mayName() ? named(run, connection::claim) : run.update(schema());
    } catch (SQLException | IOException e) {
      throw run.translate(e);
    }
  }

  /** Runs what may make tables; none gets a dataset's name. */
  private long named(StatementRun run, Consumer<DatasetTable> claim)
      throws SQLException, IOException {
    CreatedNames created = connection.createdNames();
    long changed = run.update(schema());
    try {
      created.claim(claim);
      return changed;
    } catch (MallardException e) {
      if (connection.isInTransaction()) {
        connection.abort();
      }
      throw e;
    }
  }

  private long updateInOwnTransaction() {
    try (Closer claims = new Closer();
        OwnTransaction transaction = connection.ownTransaction(parsed)) {
      StatementRun run = again(transaction);
      try {
        long changed =
            parsed.mayName()
                ? named(run, name -> claims.add(connection.claimAlone(name)))
                : run.update(schema());
        transaction.commit();
        return changed;
      } catch (SQLException | IOException e) {
        throw run.translate(e);
      }
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
  }

  @Override
  public void close() {
    try {
      bound.close();
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
  }
}
