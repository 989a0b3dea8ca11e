package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Fence;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users' own views and macros refer to: a statement that names one may read the datasets that
 * its definition names. Read again after statements that define something. Thread-safe.
 */
final class UserDefinitions {
  private static final Logger LOG = LoggerFactory.getLogger(UserDefinitions.class);

  private final DuckDBConnection connection;
  private final Fence fence;
  private final ReservedNames reserved;
  private Map<String, Set<DatasetTable>> byName = Map.of();
  private Set<String> schemas = Set.of();

  /** By folded name, as they were named. */
  private Map<DatasetTable, DatasetTable> relations = Map.of();

  /** Names of macros and relations, of an earlier release, that go before built-ins. */
  private Set<String> shadows = Set.of();

  private boolean stale = true;
  private long generation;

  /**
   * @param connection of its own; closed by its owner
   */
  UserDefinitions(DuckDBConnection connection, Fence fence, ReservedNames reserved) {
    this.connection = connection;
    this.fence = fence;
    this.reserved = reserved;
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

  /**
   * Refuses what would call a user's macro, or read a user's table, in place of a built-in.
   *
   * @param called functions that a text calls, in lower case
   * @param own names in the text
   * @param all these, and those behind views and macros
   */
  synchronized void requireUnshadowed(
      Set<String> called, Set<DatasetTable> own, Set<DatasetTable> all) throws SQLException {
    reload();
    if (shadows.isEmpty()) {
      return;
    }
    Set<String> used = new HashSet<>(called);
    for (DatasetTable name : all) {
      String lower = name.table().toLowerCase(Locale.ROOT);
      if (!own.contains(name) || reserved.isReserved(ReservedNames.Kind.RELATION, lower)) {
        used.add(lower);
      }
    }
    used.retainAll(shadows);
    if (!used.isEmpty()) {
      String name = used.iterator().next();
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "SQL: a macro or table '"
              + name
              + "' in the catalog '"
              + SqlMetadata.TABLES
              + "' has the name of a built-in; drop it (DROP MACRO, DROP TABLE or DROP VIEW "
              + SqlNames.quote(name)
              + ") or ask whoever made it to");
    }
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
        "SELECT 1 FROM information_schema.tables"
            + " WHERE system.main.lower(table_schema) = system.main.lower(?)"
            + " AND system.main.lower(table_name) = system.main.lower(?)";
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
    Map<String, Set<DatasetTable>> macros = new HashMap<>();
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
          macros);
      macros.forEach(
          (name, behind) ->
              definitions.computeIfAbsent(name, none -> new LinkedHashSet<>()).addAll(behind));
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT schema_name, table_name FROM duckdb_tables() WHERE schema_name <> '"
                  + CommitIds.SCHEMA
                  + "' AND database_name = "
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
              "SELECT schema_name FROM duckdb_schemas() WHERE NOT internal AND schema_name <> '"
                  + CommitIds.SCHEMA
                  + "' AND database_name = "
                  + tables)) {
        while (rows.next()) {
          schemaNames.add(rows.getString(1));
        }
      }
    }
    shadows = shadows(macros.keySet(), relationNames.keySet());
    byName = definitions;
    schemas = schemaNames;
    relations = relationNames;
    stale = false;
  }

  private Set<String> shadows(Set<String> defined, Set<DatasetTable> relationNames) {
    Set<String> found = new HashSet<>();
    for (String name : defined) {
      if (reserved.isReserved(ReservedNames.Kind.FUNCTION, name)) {
        found.add(name);
      }
    }
    for (DatasetTable name : relationNames) {
      if (reserved.isReserved(ReservedNames.Kind.RELATION, name.table())) {
        found.add(name.table());
      }
    }
    for (String name : found) {
      if (!shadows.contains(name)) {
        LOG.warn(
            "'{}' in the catalog {} has the name of a built-in: statements that would use it are refused until"
                + " it is dropped",
            name,
            SqlMetadata.TABLES);
      }
    }
    return found;
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
