package dev.mallard.duckdb;

import dev.mallard.query.SqlMetadata;
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
  private Map<String, Set<ViewName>> byName = Map.of();
  private Set<String> schemas = Set.of();
  private Set<ViewName> relations = Set.of();
  private boolean stale = true;
  private long generation;

  /**
   * @param connection of its own; closed by its owner
   */
  UserDefinitions(DuckDBConnection connection) {
    this.connection = connection;
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
  synchronized Set<ViewName> expand(Set<ViewName> names) throws SQLException {
    reload();
    if (byName.isEmpty()) {
      return names;
    }
    Set<ViewName> all = new LinkedHashSet<>(names);
    Deque<ViewName> open = new ArrayDeque<>(names);
    while (!open.isEmpty()) {
      String definition = open.pop().table().toLowerCase(Locale.ROOT);
      for (ViewName name : byName.getOrDefault(definition, Set.of())) {
        if (all.add(name)) {
          open.add(name);
        }
      }
    }
    return all;
  }

  /** Whether users have a table or view of this name, which then goes before a dataset's. */
  synchronized boolean isRelation(ViewName name) throws SQLException {
    reload();
    return relations.contains(name.folded());
  }

  /** The schemas of users' tables. */
  synchronized Set<String> schemas() throws SQLException {
    reload();
    return schemas;
  }

  private void reload() throws SQLException {
    if (!stale) {
      return;
    }
    Map<String, Set<ViewName>> definitions = new HashMap<>();
    Set<String> schemaNames = new HashSet<>();
    Set<ViewName> relationNames = new HashSet<>();
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
          relationNames.add(new ViewName(rows.getString(1), rows.getString(2)).folded());
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

  private static void collect(
      Statement statement, String sql, Map<String, Set<ViewName>> definitions) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        definitions
            .computeIfAbsent(
                rows.getString(1).toLowerCase(Locale.ROOT), name -> new LinkedHashSet<>())
            .addAll(NameCandidates.of(SqlTokens.of(rows.getString(2))));
      }
    }
  }
}
