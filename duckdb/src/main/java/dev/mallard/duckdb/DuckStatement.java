package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.RenamedStream;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBPreparedStatement;
import org.jspecify.annotations.Nullable;

/** A statement on a {@link DuckConnection}. */
final class DuckStatement implements SqlStatement {
  /** What an update without rows of its own gives as its result. */
  static final Schema COUNT =
      new Schema(List.of(Field.nullable("Count", new ArrowType.Int(64, true))));

  private final DuckConnection connection;
  private final ParsedStatement parsed;
  private final StatementForm plain;
  private final StatementForms forms;
  private final StatementSchemas schemas;
  private final ParameterMarks marks;

  /** What runs. */
  private StatementForm form;

  /** What is bound. */
  private @Nullable List<BoundValue> values;

  private DuckStatement(
      DuckConnection connection, ParameterMarks marks, StatementForm plain, StatementForms forms) {
    this.connection = connection;
    this.parsed = plain.parsed();
    this.plain = plain;
    this.forms = forms;
    this.schemas = new StatementSchemas(connection, marks, forms);
    this.marks = marks;
    this.form = plain;
  }

  static DuckStatement prepare(
      DuckConnection connection, ParsedStatement parsed, ParameterMarks marks) throws SQLException {
    try (Closer onFailure = new Closer()) {
      StatementForm plain = connection.form(parsed, List.of());
      onFailure.add(plain::close);
      StatementForms forms = new StatementForms(connection, marks, plain);
      if (forms.inferred().size() != marks.count()) {
        throw MallardException.invalid("parameters: write them as ?, as $1, or as $name");
      }
      onFailure.release();
      return new DuckStatement(connection, marks, plain, forms);
    }
  }

  @Override
  public boolean isQuery() {
    return parsed.isReading();
  }

  @Override
  public boolean isRepeatable() {
    return connection.isRepeatable(parsed);
  }

  @Override
  public boolean isCurrent() {
    return connection.isUnspoiled()
        && connection.isCurrent(plain.bound().hold(), plain.definitions());
  }

  @Override
  public Schema schema() {
    return contained(() -> schemas.of(form, values));
  }

  /** What fails half-way spoils the connection for all others. */
  private <T> T contained(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      connection.spoil();
      throw e;
    }
  }

  @Override
  public Schema parameters() {
    return schemas.parameters();
  }

  @Override
  public void bind(VectorSchemaRoot rows, int row) {
    List<BoundValue> given = DuckParameters.of(marks, rows, row);
    try {
      form = forms.of(given);
      values = given;
    } catch (SQLException e) {
      unbind();
      throw connection.errors().translate(e);
    }
  }

  @Override
  public void unbind() {
    values = null;
    form = plain;
  }

  /** Gives DuckDB what is bound. */
  private void setValues(DuckDBPreparedStatement statement) throws SQLException {
    schemas.set(statement, values);
  }

  @Override
  public BatchStream run() {
    requireBound();
    return contained(this::runNow);
  }

  private BatchStream runNow() {
    connection.checkCancelled();
    if (!form.returnsRows()) {
      return CountStream.of(updateNow(), connection.allocator());
    }
    Optional<BatchStream> whole = whole();
    return whole.isPresent() ? whole.get() : rows();
  }

  private void requireBound() {
    if (marks.count() > 0 && values == null) {
      throw MallardException.invalid(
          "parameters: the statement has "
              + marks.count()
              + " that are not bound; prepare it and bind them");
    }
  }

  /** A dataset's own messages, if they are what the result would be. */
  private Optional<BatchStream> whole() {
    if (connection.isInTransaction()) {
      return Optional.empty();
    }
    Schema result = schema();
    return form.bound()
        .whole()
        .filter(dataset -> WholeDataset.fits(dataset.schema(), result))
        .flatMap(SqlDataset::read)
        .map(rows -> new RenamedStream(rows, result));
  }

  private void noteChange() {
    if (!isQuery()) {
      connection.noteChange();
    }
  }

  private StatementRun here() throws SQLException {
    setValues(form.bound().statement());
    return new StatementRun(connection, parsed.kind(), form.bound(), this::setValues);
  }

  /**
   * Whether it is to be bound again in a transaction in which it then runs. What only reads is
   * first run without: that costs nothing, and hardly ever do datasets change in that moment.
   */
  private boolean wantsOwnTransaction() {
    return !connection.isInTransaction()
        && (parsed.listsTables()
            || parsed.mayName()
            || (!isQuery()
                && (!form.bound().hold().isEmpty() || connection.commits().areWanted())));
  }

  private BatchStream rows() {
    noteChange();
    if (wantsOwnTransaction()) {
      return rowsInOwnTransaction();
    }
    Hold hold = form.bound().hold();
    try {
      BatchStream rows = here().rows(schema());
      if (connection.hasRunAsBound(hold)) {
        return restored(rows);
      }
      rows.close();
    } catch (SQLException | IOException e) {
      if (connection.hasRunAsBound(hold)) {
        throw connection.errors().translate(e, hold.datasets());
      }
    }
    return rowsInOwnTransaction();
  }

  private BatchStream restored(BatchStream rows) {
    Schema result = form.restored(rows.schema());
    return result.equals(rows.schema()) ? rows : new RenamedStream(rows, result);
  }

  private BatchStream rowsInOwnTransaction() {
    connection.checkCancelled();
    try (Closer onFailure = new Closer()) {
      OwnTransaction transaction = onFailure.add(connection.ownTransaction(form.parsed()));
      StatementRun run = again(transaction);
      BatchStream rows;
      try {
        rows = onFailure.add(run.rows(schema()));
        if (!isQuery()) {
          transaction.commit(connection.commits(), -1); // Its rows are in memory.
        }
      } catch (SQLException | IOException e) {
        throw run.translate(e);
      }
      onFailure.release();
      return new OwnedRows(restored(rows), transaction);
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
  }

  private StatementRun again(OwnTransaction transaction) throws SQLException {
    setValues(transaction.bound().statement());
    return new StatementRun(connection, parsed.kind(), transaction.bound(), this::setValues);
  }

  @Override
  public long update() {
    requireBound();
    return contained(this::updateNow);
  }

  private long updateNow() {
    connection.checkCancelled();
    noteChange();
    long changed = wantsOwnTransaction() ? updateInOwnTransaction() : updateHere();
    if (parsed.kind() == StatementKind.DEFINITION) {
      connection.definitionChanged();
    }
    return changed;
  }

  private long updateHere() {
    try {
      StatementRun run = here();
      return parsed.mayName() ? named(run, connection::claim) : run.update(schema());
    } catch (SQLException | IOException e) {
      throw connection.errors().translate(e, form.bound().hold().datasets());
    }
  }

  /** Runs what may make tables; none gets a dataset's name. */
  private long named(StatementRun run, Consumer<DatasetTable> claim)
      throws SQLException, IOException {
    CreatedNames created = connection.createdNames(parsed);
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

  /** Of what reads no dataset and makes nothing, a second binding would only cost time. */
  private boolean canRunAsBound() {
    return parsed.kind() == StatementKind.CHANGE
        && form.bound().hold().isEmpty()
        && !parsed.mayName()
        && !parsed.listsTables();
  }

  /**
   * @return null if it would be bound to something else now: then nothing was changed
   */
  private @Nullable Long updateAsBound() {
    try (OwnTransaction transaction = connection.ownTransaction(form.bound())) {
      StatementRun run = again(transaction);
      try {
        long changed = run.update(schema());
        if (form.definitions() != connection.definitionsNow()) {
          return null;
        }
        transaction.commit(connection.commits(), changed);
        return changed;
      } catch (SQLException | IOException e) {
        throw run.translate(e);
      }
    } catch (SQLException e) {
      throw connection.errors().translate(e);
    }
  }

  private long updateInOwnTransaction() {
    Long done = canRunAsBound() ? updateAsBound() : null;
    return done == null ? updateInOwnTransactionBoundAnew() : done;
  }

  private long updateInOwnTransactionBoundAnew() {
    try (Closer claims = new Closer();
        OwnTransaction transaction = connection.ownTransaction(form.parsed())) {
      StatementRun run = again(transaction);
      try {
        long changed =
            parsed.mayName()
                ? named(run, name -> claims.add(connection.claimAlone(name)))
                : run.update(schema());
        transaction.commit(connection.commits(), changed);
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
      forms.close();
    } catch (IllegalStateException e) {
      throw e.getCause() instanceof SQLException cause ? connection.errors().translate(cause) : e;
    }
  }
}
