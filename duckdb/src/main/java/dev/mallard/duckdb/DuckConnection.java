package dev.mallard.duckdb;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.duckdb.fence.JudgedText;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.duckdb.fence.Token;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.NameClaims;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.duckdb.RunningQuery;
import org.jspecify.annotations.Nullable;

/** One connection to DuckDB, with the search path of its session. */
final class DuckConnection implements SqlConnection {
  private final DuckEngine engine;
  private final PooledConnection pooled;
  private final DuckDBConnection connection;
  private final SessionOptions session;
  private final StatementBinder binder;
  private final DuckTransaction transaction;
  private final Object lifeLock = new Object();
  private boolean closed;

  /** Of what runs or ran last. */
  private volatile Cancellation work = new Cancellation();

  /** Whether it was ever interrupted: nobody knows whether what ran has noticed. */
  private volatile boolean interrupted;

  private volatile @Nullable DuckStream open;

  DuckConnection(DuckEngine engine, PooledConnection pooled, SessionOptions session)
      throws SQLException {
    this.engine = engine;
    this.pooled = pooled;
    this.connection = pooled.jdbc();
    this.session = session;
    this.binder = new StatementBinder(engine, pooled, session);
    this.transaction = new DuckTransaction(engine, pooled, binder);
    for (Map.Entry<String, String> setting : session.settings().entrySet()) {
      execute(
          "SET SESSION "
              + SqlNames.quote(setting.getKey())
              + " = "
              + SqlNames.literal(setting.getValue()));
    }
  }

  BufferAllocator allocator() {
    return engine.allocator();
  }

  DuckErrors errors() {
    return engine.errors();
  }

  String timeZone() {
    return session.settings().getOrDefault("TimeZone", "UTC");
  }

  SessionOptions session() {
    return session;
  }

  DuckDBConnection jdbc() {
    return connection;
  }

  boolean isInTransaction() {
    return transaction.isOpen();
  }

  @Override
  public SqlStatement prepare(String text, Caller caller) {
    JudgedText statement = engine.fence().judge(text);
    StatementKind kind = statement.kind();
    StatementRules.check(statement, caller, engine.isReadOnly());
    transaction.requireAlive();
    if (transaction.hasDefined()) {
      // What its definitions do is not looked through before they are committed.
      caller.require(Right.WRITE, "send SQL in a transaction that has defined something");
    }
    work = new Cancellation();
    try {
      if (kind == StatementKind.CHANGE || kind == StatementKind.DEFINITION) {
        ChangeTarget.check(statement.tokens(), engine::isDataset, isInTransaction());
      }
      requireExisting(statement.mustExist());
      Set<DatasetTable> own = candidates(statement.tokens());
      Set<DatasetTable> names = engine.definitions().expand(own);
      if (!statement.tokens().get(0).is("drop")) {
        engine.definitions().requireUnshadowed(statement.called(), own, names);
      }
      StatementRules.checkCalls(names, caller);
      ParameterMarks marks = ParameterMarks.of(statement.sql(), statement.tokens());
      ParsedStatement parsed =
          new ParsedStatement(marks.numbered(), statement.tokens(), kind, names);
      return DuckStatement.prepare(this, parsed, marks);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  /** What there is no dataset or table of, DuckDB would take for a file or a setting. */
  private void requireExisting(Set<DatasetTable> names) throws SQLException {
    for (DatasetTable name : names) {
      boolean exists =
          engine.isDataset(name)
              || !engine.definitions().relationsAmong(inSessionsSchema(name)).isEmpty()
              || (isInTransaction() && UserDefinitions.hasRelation(connection, name));
      if (!exists) {
        throw new MallardException(
            ErrorCode.PERMISSION_DENIED,
            "SQL: there is no dataset or table '"
                + name.dataset()
                + "', and files and settings cannot be reached from here; upload the data as a dataset");
      }
    }
  }

  private Set<DatasetTable> inSessionsSchema(DatasetTable name) {
    String schema = session.schema();
    return schema == null ? Set.of(name) : Set.of(name, new DatasetTable(schema, name.table()));
  }

  /**
   * Prepares a statement, of which everything else has been checked.
   *
   * @param written what stands in it for each parameter; none if it is as it came
   */
  StatementForm form(ParsedStatement parsed, List<String> written) throws SQLException {
    long now = definitionsNow();
    try {
      Bound bound = isInTransaction() ? transaction.bind(parsed, work) : binder.bind(parsed, work);
      return new StatementForm(parsed, bound, now, written);
    } catch (SQLException e) {
      throw e; // DuckDB says no: nothing has begun.
    } catch (RuntimeException | Error e) {
      spoil();
      throw e;
    }
  }

  /**
   * What DuckDB says of a text that belongs to a prepared statement. In a transaction another
   * connection is asked, for an error would end it.
   */
  ParameterGuess.Probe probe(String sql) {
    if (isInTransaction()) {
      try (DuckConnection other = engine.connect(session)) {
        return other.probe(sql);
      }
    }
    try (DuckDBPreparedStatement statement = connection.prepare(sql)) {
      return new ParameterGuess.Probe("", StatementForm.parameterTypes(statement));
    } catch (SQLException e) {
      return new ParameterGuess.Probe(DuckErrors.text(e), List.of());
    }
  }

  /** A name without a schema may be in the session's. */
  private Set<DatasetTable> candidates(List<Token> tokens) {
    Set<DatasetTable> names = NameCandidates.of(tokens);
    String schema = session.schema();
    if (schema != null) {
      for (DatasetTable name : List.copyOf(names)) {
        names.add(new DatasetTable(schema, name.table()));
      }
    }
    return names;
  }

  /** To run a statement that must see, when it runs, what it was bound to. */
  OwnTransaction ownTransaction(ParsedStatement parsed) throws SQLException {
    return OwnTransaction.begin(pooled, errors(), binder, parsed, work);
  }

  /** To run what is bound to no dataset. */
  OwnTransaction ownTransaction(Bound bound) throws SQLException {
    return OwnTransaction.around(bound, pooled, errors());
  }

  CommitIds commits() {
    return engine.commits();
  }

  boolean isRepeatable(ParsedStatement parsed) {
    return engine.volatility().isRepeatable(parsed);
  }

  /** Something in the transaction, if there is one, changes something. */
  void noteChange() {
    transaction.noteChange();
  }

  /** Before a statement that may make tables. */
  CreatedNames createdNames(ParsedStatement parsed) throws SQLException {
    return new CreatedNames(connection, engine.reserved(), parsed.mayNameFunctions());
  }

  /** Keeps a name from datasets until the transaction ends. */
  void claim(DatasetTable name) {
    transaction.claim(name);
  }

  /** Keeps a name from datasets until it is closed. */
  NameClaims.Claim claimAlone(DatasetTable name) {
    return engine.datasets().claim(name);
  }

  long definitionsNow() {
    return engine.definitions().generation();
  }

  /** Whether what is held is what a statement would be bound to now. */
  boolean isCurrent(Hold hold, long definitions) {
    return definitions == definitionsNow()
        && engine.views().isCurrent(hold)
        && engine.views().isBound(hold);
  }

  /**
   * Whether a statement that was bound to what is held has run with just that: DuckDB binds it anew
   * if a view has changed in between.
   */
  boolean hasRunAsBound(Hold hold) {
    return isInTransaction() || engine.views().isBound(hold);
  }

  /** What a statement does to parameters. */
  interface ParameterSetter {
    void set(DuckDBPreparedStatement statement) throws SQLException;
  }

  /** The exact schema of a query's result, by running it for no rows. */
  Schema schemaOf(ParsedStatement query, String sql, ParameterSetter parameters)
      throws SQLException, IOException {
    setStreaming(true);
    // A subquery would give columns of the same name others, and not everything can do without one.
    String before = query.isSelect() ? "(\n" : "SELECT * FROM (\n";
    try (DuckDBPreparedStatement statement = connection.prepare(before + sql + "\n) LIMIT 0")) {
      parameters.set(statement);
      statement.execute();
      DuckDBResultSet rows = (DuckDBResultSet) statement.getResultSet();
      try (DuckStream stream = new DuckStream(rows, this, 1, errors()::translate)) {
        return stream.schema();
      }
    }
  }

  /**
   * Whether results are streamed as they are computed. Changes are not: the driver would lose the
   * text of their errors.
   */
  void setStreaming(boolean wanted) throws SQLException {
    pooled.setStreaming(wanted);
  }

  void definitionChanged() {
    transaction.definitionChanged();
  }

  void execute(String sql) throws SQLException {
    pooled.execute(sql);
  }

  @Override
  public void begin() {
    work = new Cancellation();
    try {
      transaction.begin(work);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  /** As {@link #begin}, for what reads no dataset. */
  void beginWithoutDatasets() {
    try {
      transaction.beginWithoutDatasets();
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  @Override
  public void commit() {
    commit(-1);
  }

  /**
   * @param count of rows, as whoever hears of commits is told
   */
  void commit(long count) {
    try {
      transaction.commit(count);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  @Override
  public void rollback() {
    try {
      transaction.rollback();
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  @Override
  public Ingest ingest(IngestTarget target, Schema schema) {
    transaction.requireAlive();
    if (engine.isReadOnly()) {
      throw StatementRules.readOnly();
    }
    work = new Cancellation();
    try {
      return new DuckIngest(this, engine, target, schema);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  /** What failed half-way cannot be undone alone: the transaction is over. */
  void abort() {
    try {
      transaction.abort();
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  @Override
  public void interrupt() {
    synchronized (lifeLock) {
      if (!closed) {
        interrupted = true;
        work.cancel();
        RunningQuery.interrupt(connection);
      }
    }
  }

  /** Does something that may write much, unless the disk gets full. */
  <T> T writing(DiskWatch.Writing<T> work) throws SQLException {
    return engine.disk().watched(this::stop, work);
  }

  private void stop() {
    synchronized (lifeLock) {
      if (!closed) {
        interrupted = true;
        RunningQuery.interrupt(connection);
      }
    }
  }

  /** Before something is tried again. */
  void checkCancelled() {
    work.check();
  }

  @Override
  public double progress() {
    synchronized (lifeLock) {
      try {
        return closed ? -1 : RunningQuery.progress(connection);
      } catch (SQLException e) {
        return -1;
      }
    }
  }

  @Override
  public boolean isUsable() {
    synchronized (lifeLock) {
      return !closed;
    }
  }

  /** A result that is being read; until it is closed nothing else can run. */
  void opened(DuckStream result) {
    open = result;
  }

  void closed(DuckStream result) {
    if (open == result) {
      open = null;
    }
  }

  /** Something failed half-way: what is left here is nobody else's. */
  void spoil() {
    pooled.spoil();
  }

  /** Whether a statement that is prepared on it may run again. */
  boolean isUnspoiled() {
    return !pooled.isSpoiled() && work.reason() == null;
  }

  /** A result that its reader has not closed. */
  private void closeOpenResult() {
    DuckStream result = open;
    if (result != null) {
      spoil();
      result.close();
    }
  }

  @Override
  public void close() {
    try (Closer all = new Closer()) {
      all.add(this::giveBack);
      all.add(this::rollbackWhatIsOpen);
      all.add(this::closeOpenResult);
    }
  }

  private void rollbackWhatIsOpen() {
    try {
      if (isInTransaction()) {
        rollback();
      }
    } catch (RuntimeException e) {
      spoil();
      throw e;
    }
  }

  private void giveBack() {
    synchronized (lifeLock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    engine.giveBack(pooled, session.settings().isEmpty() && !transaction.wasUsed() && !interrupted);
  }
}
