package dev.mallard.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The stock Arrow Flight SQL JDBC driver, and its results as lines of values between bars. */
final class Jdbc {
  private Jdbc() {}

  static Connection connect(TestServer server) throws SQLException {
    return connect(server, "");
  }

  /**
   * @param options as in {@code &catalog=datasets}
   */
  static Connection connect(TestServer server, String options) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:arrow-flight-sql://127.0.0.1:"
            + server.server().port()
            + "/?useEncryption=false"
            + options);
  }

  static List<String> rows(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return lines(statement.executeQuery(sql));
    }
  }

  static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  /** All columns; closes the rows. */
  static List<String> lines(ResultSet rows) throws SQLException {
    int columns = rows.getMetaData().getColumnCount();
    String[] names = new String[columns];
    for (int i = 0; i < columns; i++) {
      names[i] = rows.getMetaData().getColumnLabel(i + 1);
    }
    return lines(rows, names);
  }

  /** Some columns, by their labels; closes the rows. */
  static List<String> lines(ResultSet rows, String... columns) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (rows) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (String column : columns) {
          values.add(String.valueOf(rows.getObject(column)));
        }
        lines.add(String.join("|", values));
      }
    }
    return lines;
  }
}
