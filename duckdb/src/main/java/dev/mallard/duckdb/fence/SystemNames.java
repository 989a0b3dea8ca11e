package dev.mallard.duckdb.fence;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * What DuckDB brings with it, in lower case.
 *
 * @param functions of all kinds
 * @param views with their schemas
 * @param types by all their names
 * @param settings by all their names
 */
public record SystemNames(
    Set<String> functions, Set<String> views, Set<String> types, Set<String> settings) {
  /** As the loaded DuckDB lists them. */
  public static SystemNames read(Connection connection) throws SQLException {
    return new SystemNames(
        names(connection, "SELECT lower(function_name) FROM duckdb_functions() WHERE internal"),
        names(
            connection,
            "SELECT lower(schema_name || '.' || view_name) FROM duckdb_views() WHERE internal"),
        names(connection, "SELECT lower(type_name) FROM duckdb_types() WHERE internal"),
        names(connection, "SELECT lower(name) FROM duckdb_settings()"));
  }

  private static Set<String> names(Connection connection, String sql) throws SQLException {
    Set<String> names = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return Set.copyOf(names);
  }
}
