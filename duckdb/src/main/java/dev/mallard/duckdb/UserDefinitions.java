package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Fence;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;

/**
 * What users' own views and macros refer to: a statement that names one may read the datasets that
 * its definition names. Read again after statements that define something. Thread-safe.
 */
final class UserDefinitions {
  private final DuckDBConnection connection;
  private final Fence fence;
  private Map<String, Set<DatasetTable>> byName = Map.of();
  private Set<String> schemas = Set.of();

  /** By folded name, as they were named. */
  private Map<DatasetTable, DatasetTable> relations = Map.of();

  private boolean stale = true;
  private long generation;

  /**
   * @param connection of its own; closed by its owner
   */
  UserDefinitions(DuckDBConnection connection, Fence fence) {
    this.connection = connection;
    this.fence = fence;
  }

  synchronized void changed() {
    stale = true;
    generation++;
  }

  /** Another number after each change. */
  synchronized long generation() {
    return generation;
  }

  /** The names and those behind them. */
  synchronized Set<DatasetTable> expand(Set<DatasetTable> names) throws SQLException {
    reload();
    if (byName.isEmpty()) {
      return names;
    }
    Set<DatasetTable> all = new LinkedHashSet<>(names);
    Deque<DatasetTable> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      String definition = open.pop().table().toLowerCase(Locale.ROOT);
      for (DatasetTable name : byName.getOrDefault(definition, Set.of())) {
        if (all.add(name)) {
          open.add(name);
        }
      }
    }
    return all;
  }

  /** Those of these names that users' tables or views have, as written and as they were named. */
  synchronized Set<DatasetTable> relationsAmong(Set<DatasetTable> names) throws SQLException {
    reload();
    if (relations.isEmpty()) {
      return Set.of();
    }
    Set<DatasetTable> found = new HashSet<>();
    for (DatasetTable name : names) {
      DatasetTable relation = relations.get(name.folded());
      if (relation != null) {
        found.add(name);
        found.add(relation);
      }
    }
    return found;
  }

  /** The schemas of users' tables. */
  synchronized Set<String> schemas() throws SQLException {
    reload();
    return schemas;
  }

  /** Whether a connection sees a table or view of this name, perhaps before others do. */
  static boolean hasRelation(DuckDBConnection connection, DatasetTable name) throws SQLException {
    String sql =
        "SELECT 1 FROM information_schema.tables WHERE lower(table_schema) = lower(?)"
            + " AND lower(table_name) = lower(?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name.schema());
      statement.setString(2, name.table());
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  private void reload() throws SQLException {
    if (!stale) {
      return;
    }
    Map<String, Set<DatasetTable>> definitions = new HashMap<>();
    Set<String> schemaNames = new HashSet<>();
    Map<DatasetTable, DatasetTable> relationNames = new HashMap<>();
    String tables = SqlNames.literal(SqlMetadata.TABLES);
    try (Statement statement = connection.createStatement()) {
      collect(
          statement,
          "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = "
              + tables,
          definitions);
      collect(
          statement,
          "SELECT function_name, macro_definition FROM duckdb_functions()"
              + " WHERE NOT internal AND macro_definition IS NOT NULL",
          definitions);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = "
                  + tables
                  + " UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
                  + " AND database_name = "
                  + tables)) {
        while (rows.next()) {
          DatasetTable name = new DatasetTable(rows.getString(1), rows.getString(2));
          relationNames.put(name.folded(), name);
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND database_name = "
                  + tables)) {
        while (rows.next()) {
          schemaNames.add(rows.getString(1));
        }
      }
    }
    byName = definitions;
    schemas = schemaNames;
    relations = relationNames;
    stale = false;
  }

  private void collect(Statement statement, String sql, Map<String, Set<DatasetTable>> definitions)
      throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        definitions
            .computeIfAbsent(
                rows.getString(1).toLowerCase(Locale.ROOT), name -> new LinkedHashSet<>())
            .addAll(NameCandidates.of(fence.tokens(rows.getString(2))));
      }
    }
  }
}
