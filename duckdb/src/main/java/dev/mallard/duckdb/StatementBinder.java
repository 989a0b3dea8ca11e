package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import dev.mallard.error.Closer;
import dev.mallard.query.Cancellation;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlDataset;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  Bound bind(ParsedStatement parsed, Cancellation cancellation) throws SQLException {
    Set<DatasetTable> shared = sharedWithTables(parsed);
    return bind(
        parsed,
        shared,
        cancellation,
        new DatasetViews.Binding<>() {
          @Override
          public Bound bind(Hold hold) throws SQLException {
            return prepare(parsed, hold, !shared.isEmpty());
          }

          @Override
          public void undo(Bound bound) throws SQLException {
            bound.close();
          }
        });
  }

  /**
   * As {@link #bind}, and begins a transaction in which everything stays as it was bound: a
   * statement that is bound outside of one is silently bound anew when it runs.
   */
  Bound bindInTransaction(ParsedStatement parsed, Cancellation cancellation) throws SQLException {
    Set<DatasetTable> shared = sharedWithTables(parsed);
    return bind(
        parsed,
        shared,
        cancellation,
        new DatasetViews.Binding<>() {
          @Override
          public Bound bind(Hold hold) throws SQLException {
            begin();
            try (Closer onFailure = new Closer()) {
              onFailure.add(() -> connection.execute("ROLLBACK"));
              Bound result = prepare(parsed, hold, !shared.isEmpty());
              onFailure.release();
              return result;
            }
          }

          @Override
          public void undo(Bound bound) throws SQLException {
            try {
              bound.close();
            } finally {
              connection.execute("ROLLBACK");
            }
          }
        });
  }

  /** Begins a transaction that sees everything as it is now. */
  void begin() throws SQLException {
    connection.execute("BEGIN TRANSACTION");
    // Each catalog's snapshot is taken when it is first looked at.
    connection.execute("SELECT 1 FROM system.main.duckdb_schemas()");
  }

  private Bound bind(
      ParsedStatement parsed,
      Set<DatasetTable> wanted,
      Cancellation cancellation,
      DatasetViews.Binding<Bound> binding)
      throws SQLException {
    if (parsed.listsTables()) {
      engine.views().refresh(cancellation);
    }
    return engine
        .views()
        .bind(
            new DatasetViews.Request(parsed.names(), wanted, !parsed.describes(), cancellation),
            binding);
  }

  /**
   * To what a transaction sees.
   *
   * @param hold of what it names
   */
  Bound bindToKnown(ParsedStatement parsed, Hold hold) throws SQLException {
    try {
      return prepare(parsed, hold, !sharedWithTables(parsed).isEmpty());
    } catch (SQLException e) {
      throw new BindingException(e, hold.datasets());
    }
  }

  /**
   * The datasets among these names that tables have, too: files that appeared by themselves. A
   * dataset goes before a table everywhere.
   */
  private Set<DatasetTable> sharedWithTables(ParsedStatement parsed) throws SQLException {
    return parsed.isReading()
        ? engine.hidden(engine.definitions().relationsAmong(parsed.names()))
        : Set.of();
  }

  private Bound prepare(ParsedStatement parsed, Hold hold, boolean datasetsFirst)
      throws SQLException {
    boolean isReading = parsed.isReading();
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
      ResultShape.check(first);
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
