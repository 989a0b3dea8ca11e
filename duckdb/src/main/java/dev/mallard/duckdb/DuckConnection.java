package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.DuckDBResultSet;
import org.duckdb.RunningQuery;

/** One connection to DuckDB, with the search path of its session. */
final class DuckConnection implements SqlConnection {
  /** More datasets than this that were never asked for are left to be found by name. */
  private static final int VIEWS_FOR_TRANSACTION = 256;

  private final DuckEngine engine;
  private final PooledConnection pooled;
  private final DuckDBConnection connection;
  private final SessionOptions session;
  private final boolean schemaHasTables;
  private final boolean schemaHasDatasets;
  private final Object lifeLock = new Object();

  private boolean definitionsChanged;
  private final List<DatasetViews.Hold> transactionHolds = new ArrayList<>();
  private boolean inTransaction;
  private boolean aborted;

  /** What is temporary lives as long as the connection. */
  private boolean usedTransaction;

  private boolean closed;
  private volatile boolean interrupted;

  DuckConnection(DuckEngine engine, PooledConnection pooled, SessionOptions session)
      throws SQLException {
    this.engine = engine;
    this.pooled = pooled;
    this.connection = pooled.jdbc();
    this.session = session;
    String schema = session.schema();
    this.schemaHasTables = schema != null && engine.hasTables(schema);
    this.schemaHasDatasets = schema != null && engine.hasDatasets(schema);
    setSearchPath(Set.of(), true);
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
    return inTransaction;
  }

  @Override
  public SqlStatement prepare(String text) {
    SqlTokens.Statement parsed = SqlTokens.statement(text);
    StatementKind kind = engine.rules().check(parsed.tokens());
    requireAlive();
    interrupted = false;
    try {
      if (kind == StatementKind.CHANGE || kind == StatementKind.DEFINITION) {
        ChangeTarget.check(parsed.tokens(), engine::isDataset, inTransaction);
      }
      if (Catalogues.isAboutTables(parsed.tokens())) {
        engine.views().addEverything(Integer.MAX_VALUE);
      }
      Set<ViewName> names = engine.definitions().expand(candidates(parsed.tokens()));
      if (inTransaction) {
        // An unknown name would end the transaction, so it is looked for beforehand.
        addUnknown(names);
      } else {
        engine.views().refresh(names);
      }
      return prepare(parsed, kind, names);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  /** A name without a schema may be in the session's. */
  private Set<ViewName> candidates(List<Token> tokens) {
    Set<ViewName> names = NameCandidates.of(tokens);
    String schema = session.schema();
    if (schema != null) {
      for (ViewName name : List.copyOf(names)) {
        names.add(new ViewName(schema, name.table()));
      }
    }
    return names;
  }

  /** A name that is not known may be a dataset's that nobody has asked for yet. */
  private SqlStatement prepare(SqlTokens.Statement parsed, StatementKind kind, Set<ViewName> names)
      throws SQLException {
    try {
      return bound(parsed, kind, names);
    } catch (SQLException unknown) {
      if (DuckErrors.isStaleView(unknown) && !inTransaction) {
        return bound(parsed, kind, names);
      }
      if (inTransaction || !DuckErrors.isUnknownName(unknown) || !addUnknown(names)) {
        throw unknown;
      }
      return bound(parsed, kind, names);
    }
  }

  private boolean addUnknown(Set<ViewName> names) throws SQLException {
    if (!inTransaction) {
      return engine.views().add(names);
    }
    Optional<DatasetViews.Hold> hold = engine.views().addTemporary(names, this::execute);
    hold.ifPresent(transactionHolds::add);
    return hold.isPresent();
  }

  private SqlStatement bound(SqlTokens.Statement parsed, StatementKind kind, Set<ViewName> names)
      throws SQLException {
    String sql = parsed.sql();
    return engine
        .views()
        .bind(
            names,
            hold -> {
              setSearchPath(hold.schemas(), isReading(kind));
              DuckDBPreparedStatement first = connection.prepare(sql);
              boolean done = false;
              try {
                String readable =
                    isReading(kind)
                        ? ReadableColumns.rewrite(sql, first, session.plainTypes())
                        : sql;
                DuckDBPreparedStatement statement = first;
                if (!readable.equals(sql)) {
                  first.close();
                  statement = connection.prepare(readable);
                  first = statement;
                }
                SqlStatement result =
                    new DuckStatement(
                        this, statement, kind, hold, readable, whole(parsed.tokens(), hold));
                done = true;
                return result;
              } finally {
                if (!done) {
                  first.close();
                }
              }
            });
  }

  /** The dataset version whose rows, all of them, the statement asks for. */
  private Optional<DatasetViews.Version> whole(List<Token> tokens, DatasetViews.Hold hold)
      throws SQLException {
    Optional<ViewName> name = WholeDataset.of(tokens);
    if (name.isEmpty()
        || inTransaction
        || session.schema() != null
        || engine.definitions().isRelation(name.get())) {
      return Optional.empty();
    }
    return hold.version(name.get());
  }

  long definitionsNow() {
    return engine.definitions().generation();
  }

  boolean isCurrent(DatasetViews.Hold hold, long definitions) {
    return definitions == definitionsNow() && engine.views().isCurrent(hold);
  }

  Optional<BatchStream> rows(DatasetViews.Version version, Schema result) {
    return engine.views().whole(version, result);
  }

  private static boolean isReading(StatementKind kind) {
    return kind == StatementKind.QUERY || kind == StatementKind.EXPLAIN;
  }

  /**
   * @param used schemas of datasets that the statement names
   * @param reading what changes something looks for its target among the tables first, whatever the
   *     session says
   */
  private void setSearchPath(Set<String> used, boolean reading) throws SQLException {
    Set<String> path = new LinkedHashSet<>();
    String catalog = session.catalog();
    String schema = session.schema() == null ? SqlMetadata.MAIN : session.schema();
    if (catalog != null && (reading || !catalog.equalsIgnoreCase(SqlMetadata.DATASETS))) {
      path.add(SqlNames.quote(catalog) + "." + SqlNames.quote(schema));
    } else if (session.schema() != null && schemaHasTables) {
      path.add(SqlNames.quote(SqlMetadata.TABLES) + "." + SqlNames.quote(schema));
    }
    if (session.schema() != null && schemaHasDatasets) {
      path.add(SqlNames.quote(SqlMetadata.DATASETS) + "." + SqlNames.quote(schema));
    }
    path.add(SqlNames.quote(SqlMetadata.TABLES) + "." + SqlMetadata.MAIN);
    path.add(SqlNames.quote(SqlMetadata.DATASETS) + "." + SqlMetadata.MAIN);
    for (String name : used) {
      if (engine.hasTables(name)) {
        path.add(SqlNames.quote(SqlMetadata.TABLES) + "." + SqlNames.quote(name));
      }
      path.add(SqlNames.quote(SqlMetadata.DATASETS) + "." + SqlNames.quote(name));
    }
    String joined = path.stream().collect(Collectors.joining(","));
    pooled.setSearchPath(joined);
  }

  /** What a statement does to parameters. */
  interface ParameterSetter {
    void set(DuckDBPreparedStatement statement) throws SQLException;
  }

  /** The exact schema of a query's result, by running it for no rows. */
  Schema schemaOf(String sql, ParameterSetter parameters) throws SQLException, IOException {
    setStreaming(true);
    try (DuckDBPreparedStatement statement =
        connection.prepare("SELECT * FROM (\n" + sql + "\n) LIMIT 0")) {
      parameters.set(statement);
      statement.execute();
      DuckDBResultSet rows = (DuckDBResultSet) statement.getResultSet();
      try (DuckStream stream = new DuckStream(rows, allocator(), 1, errors())) {
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
    definitionsChanged = true;
    if (!inTransaction) {
      engine.definitions().changed();
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void begin() {
    try {
      engine.views().refreshAll();
      engine.views().addEverything(VIEWS_FOR_TRANSACTION);
      DatasetViews.Hold hold =
          engine
              .views()
              .bindAll(
                  all -> {
                    execute("BEGIN TRANSACTION");
                    // Each catalog's snapshot is taken when it is first looked at.
                    execute("SELECT count(*) FROM duckdb_schemas()");
                    return all;
                  });
      transactionHolds.add(hold);
      inTransaction = true;
      usedTransaction = true;
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  @Override
  public void commit() {
    end("COMMIT");
  }

  @Override
  public void rollback() {
    end("ROLLBACK");
  }

  private void end(String how) {
    requireAlive();
    if (!inTransaction) {
      return;
    }
    inTransaction = false;
    try {
      execute(how);
    } catch (SQLException e) {
      throw errors().translate(e);
    } finally {
      transactionHolds.forEach(DatasetViews.Hold::close);
      transactionHolds.clear();
      if (definitionsChanged) {
        engine.definitions().changed();
      }
    }
  }

  @Override
  public Ingest ingest(IngestTarget target, Schema schema) {
    requireAlive();
    if (engine.isReadOnly()) {
      throw StatementRules.readOnly();
    }
    try {
      return new DuckIngest(this, engine, target, schema);
    } catch (SQLException e) {
      throw errors().translate(e);
    }
  }

  /** What failed half-way cannot be undone alone: the transaction is over. */
  void abort() {
    rollback();
    aborted = true;
  }

  private void requireAlive() {
    if (aborted) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "the transaction was rolled back because something in it failed; begin another");
    }
  }

  @Override
  public void interrupt() {
    synchronized (lifeLock) {
      if (!closed) {
        interrupted = true;
        RunningQuery.interrupt(connection);
      }
    }
  }

  /** Before something is tried again. */
  void checkCancelled() {
    if (interrupted) {
      throw new MallardException(ErrorCode.CANCELLED, "the statement was cancelled");
    }
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
  public void close() {
    try {
      if (inTransaction) {
        rollback();
      }
    } finally {
      synchronized (lifeLock) {
        closed = true;
      }
      engine.giveBack(pooled, session.settings().isEmpty() && !usedTransaction);
    }
  }
}
