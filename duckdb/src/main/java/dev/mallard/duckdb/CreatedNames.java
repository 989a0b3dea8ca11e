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
 * Sees to it that no table or view takes a dataset's name: it looks at what a statement has made,
 * whatever it was called in the text, before others can see it. For one statement, in a
 * transaction.
 */
final class CreatedNames {
  private final DuckDBConnection connection;
  private final Set<DatasetTable> before;

  /** Before the statement. */
  CreatedNames(DuckDBConnection connection) throws SQLException {
    this.connection = connection;
    this.before = relations(connection);
  }

  /**
   * After it.
   *
   * @param claim keeps a new name from datasets until the transaction has ended
   * @throws dev.mallard.error.MallardException ALREADY_EXISTS
   */
  void claim(Consumer<DatasetTable> claim) throws SQLException {
    Set<DatasetTable> created = relations(connection);
    created.removeAll(before);
    created.forEach(claim);
  }

  /** Users' tables and views that a connection sees. */
  private static Set<DatasetTable> relations(DuckDBConnection connection) throws SQLException {
    Set<DatasetTable> names = new HashSet<>();
    String tables = SqlNames.literal(SqlMetadata.TABLES);
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = "
                    + tables
                    + " UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE NOT internal"
                    + " AND database_name = "
                    + tables)) {
      while (rows.next()) {
        names.add(new DatasetTable(rows.getString(1), rows.getString(2)));
      }
    }
    return names;
  }
}
