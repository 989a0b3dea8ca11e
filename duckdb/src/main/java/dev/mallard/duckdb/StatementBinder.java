package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlDataset;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBPreparedStatement;

/** Binds statements on one connection to the datasets and tables as they are at a moment. */
final class StatementBinder {
  private final DuckEngine engine;
  private final PooledConnection connection;
  private final SessionOptions session;
  private final SearchPath searchPath;

  StatementBinder(DuckEngine engine, PooledConnection connection, SessionOptions session)
      throws SQLException {
    this.engine = engine;
    this.connection = connection;
    this.session = session;
    this.searchPath = new SearchPath(engine, session);
    connection.setSearchPath(searchPath.of(Set.of(), true, false));
  }

  /** To what there is now. */
  Bound bind(ParsedStatement parsed) throws SQLException {
    return bind(parsed, hold -> prepare(parsed, hold));
  }

  /**
   * As {@link #bind}, and begins a transaction in which everything stays as it was bound: a
   * statement that is bound outside of one is silently bound anew when it runs.
   */
  Bound bindInTransaction(ParsedStatement parsed) throws SQLException {
    return bind(
        parsed,
        hold -> {
          begin();
          try (Closer onFailure = new Closer()) {
            onFailure.add(() -> connection.execute("ROLLBACK"));
            Bound result = prepare(parsed, hold);
            onFailure.release();
            return result;
          }
        });
  }

  /** Begins a transaction that sees everything as it is now. */
  void begin() throws SQLException {
    connection.execute("BEGIN TRANSACTION");
    // Each catalog's snapshot is taken when it is first looked at.
    connection.execute("SELECT count(*) FROM duckdb_schemas()");
  }

  private Bound bind(ParsedStatement parsed, DatasetViews.Binding<Bound> binding)
      throws SQLException {
    if (parsed.listsTables()) {
      return engine.views().bindAll(Integer.MAX_VALUE, binding);
    }
    return engine.views().bind(parsed.names(), sharedWithTables(parsed), binding);
  }

  /** To what a transaction sees. */
  Bound bindToKnown(ParsedStatement parsed) throws SQLException {
    return engine.views().bindKnown(parsed.names(), hold -> prepare(parsed, hold));
  }

  /**
   * The datasets among these names that tables have, too: files that appeared by themselves. A
   * dataset goes before a table everywhere.
   */
  private Set<DatasetTable> sharedWithTables(ParsedStatement parsed) throws SQLException {
    if (!parsed.isReading()) {
      return Set.of();
    }
    return engine.definitions().relationsAmong(parsed.names()).stream()
        .filter(engine::hidesTable)
        .collect(Collectors.toSet());
  }

  private Bound prepare(ParsedStatement parsed, Hold hold) throws SQLException {
    boolean isReading = parsed.isReading();
    boolean datasetsFirst = !sharedWithTables(parsed).isEmpty();
    connection.setSearchPath(searchPath.of(hold.schemas(), isReading, datasetsFirst));
    try (Closer onFailure = new Closer()) {
      DuckDBPreparedStatement first = onFailure.add(connection.jdbc().prepare(parsed.sql()));
      String sql =
          isReading
              ? ReadableColumns.rewrite(parsed.sql(), first, session.plainTypes())
              : parsed.sql();
      if (!sql.equals(parsed.sql())) {
        first.close();
        first = onFailure.add(connection.jdbc().prepare(sql));
      }
      Bound bound = new Bound(first, sql, hold, whole(parsed.tokens(), hold, datasetsFirst));
      onFailure.release();
      return bound;
    }
  }

  /** The dataset whose rows, all of them, the statement asks for. */
  private Optional<SqlDataset> whole(List<Token> tokens, Hold hold, boolean datasetsFirst)
      throws SQLException {
    Optional<DatasetTable> name = WholeDataset.of(tokens);
    if (name.isEmpty()
        || session.schema() != null
        || (!datasetsFirst && !engine.definitions().relationsAmong(Set.of(name.get())).isEmpty())) {
      return Optional.empty();
    }
    return hold.dataset(name.get());
  }
}
