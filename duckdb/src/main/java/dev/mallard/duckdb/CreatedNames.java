package dev.mallard.duckdb;

import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;

/**
 * Sees to it that nothing takes a name that is taken: no table or view a dataset's, nothing a
 * built-in's. It looks at what a statement has made, whatever it was called in the text, before
 * others can see it. For one statement, in a transaction.
 */
final class CreatedNames {
  // With its schema: a macro that the statement has made cannot take its place.
  private static final String SQL =
      """
      SELECT 'RELATION', schema_name, table_name FROM system.main.duckdb_tables() WHERE NOT internal AND database_name = %1$s
      UNION ALL SELECT 'RELATION', schema_name, view_name FROM system.main.duckdb_views() WHERE NOT internal AND database_name = %1$s
      UNION ALL SELECT 'TYPE', schema_name, type_name FROM system.main.duckdb_types() WHERE NOT internal
      UNION ALL SELECT 'SCHEMA', '', schema_name FROM system.main.duckdb_schemas() WHERE NOT internal AND database_name = %1$s"""
          .formatted(SqlNames.literal(SqlMetadata.TABLES));

  /** Slow: it lists them all. */
  private static final String FUNCTIONS =
      " UNION ALL SELECT 'FUNCTION', schema_name, function_name FROM system.main.duckdb_functions() WHERE NOT"
          + " internal";

  private final DuckDBConnection connection;
  private final ReservedNames reserved;
  private final String sql;
  private final Set<Made> before;

  private record Made(ReservedNames.Kind kind, DatasetTable name) {}

  /**
   * Before the statement.
   *
   * @param functions whether it may make functions
   */
  CreatedNames(DuckDBConnection connection, ReservedNames reserved, boolean functions)
      throws SQLException {
    this.connection = connection;
    this.sql = functions ? SQL + FUNCTIONS : SQL;
    this.reserved = reserved;
    this.before = made();
  }

  /**
   * After it.
   *
   * @param claim keeps a new name from datasets until the transaction has ended
   * @throws dev.mallard.error.MallardException ALREADY_EXISTS
   */
  void claim(Consumer<DatasetTable> claim) throws SQLException {
    Set<Made> created = made();
    created.removeAll(before);
    for (Made made : created) {
      reserved.requireFree(made.kind(), made.name().table());
    }
    created.stream()
        .filter(made -> made.kind() == ReservedNames.Kind.RELATION)
        .forEach(made -> claim.accept(made.name()));
  }

  /** What users have made, as a connection sees it. */
  private Set<Made> made() throws SQLException {
    Set<Made> names = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(
            new Made(
                ReservedNames.Kind.valueOf(rows.getString(1)),
                new DatasetTable(rows.getString(2), rows.getString(3))));
      }
    }
    return names;
  }
}
