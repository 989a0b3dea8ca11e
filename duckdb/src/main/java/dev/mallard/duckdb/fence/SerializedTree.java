package dev.mallard.duckdb.fence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * DuckDB's parse tree of queries, as the JSON of its function json_serialize_sql. Other statements
 * it has none of, nor of queries that pivot. Thread-safe.
 */
final class SerializedTree implements AutoCloseable {
  private static final String FAILED = "{\"error\":true";

  private final Connections connections;
  private final ConcurrentLinkedDeque<Seat> idle = new ConcurrentLinkedDeque<>();

  /** Where connections come from. */
  interface Connections {
    Connection connect() throws SQLException;
  }

  SerializedTree(Connections connections) {
    this.connections = connections;
  }

  private record Seat(Connection connection, PreparedStatement statement) {
    String tree(String sql) throws SQLException {
      statement.setString(1, sql);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private Seat open() throws SQLException {
    Connection connection = connections.connect();
    try (Statement setting = connection.createStatement()) {
      setting.execute("SET jdbc_stream_results = false");
      return new Seat(
          connection,
          connection.prepareStatement("SELECT json_serialize_sql(?::VARCHAR)::VARCHAR"));
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * The tree of a query; empty if DuckDB has none.
   *
   * @param sql nested no deeper than this thread's stack bears
   */
  Optional<String> of(String sql) throws SQLException {
    Seat seat = idle.poll();
    if (seat == null) {
      seat = open();
    }
    String tree;
    try {
      tree = seat.tree(sql);
    } catch (SQLException e) {
      seat.connection().close();
      return Optional.empty();
    }
    idle.push(seat);
    return tree.startsWith(FAILED) ? Optional.empty() : Optional.of(tree);
  }

  @Override
  public void close() throws SQLException {
    for (Seat seat = idle.poll(); seat != null; seat = idle.poll()) {
      seat.statement().close();
      seat.connection().close();
    }
  }
}
