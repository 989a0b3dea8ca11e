package dev.mallard.duckdb;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;

/** Makes text of the columns whose values clients could not read as they are. */
final class ReadableColumns {
  private ReadableColumns() {}

  /**
   * The query, or one around it that casts.
   *
   * @param plainTypes as in {@link dev.mallard.query.SessionOptions}
   */
  static String rewrite(String sql, DuckDBPreparedStatement query, boolean plainTypes)
      throws SQLException {
    String[] types = RunningQuery.columnTypes(query);
    boolean anything = false;
    List<String> names = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    ResultSetMetaData metadata = query.getMetaData();
    for (int i = 0; i < types.length; i++) {
      Optional<String> readable =
          plainTypes && plain(types[i]).isPresent()
              ? plain(types[i])
              : DuckTypes.readable(types[i]);
      anything |= readable.isPresent();
      String name = "c" + i;
      names.add(name);
      String column = readable.map(type -> "CAST(" + name + " AS " + type + ")").orElse(name);
      columns.add(column + " AS " + SqlNames.quote(metadata.getColumnLabel(i + 1)));
    }
    if (!anything) {
      return sql;
    }
    return "SELECT "
        + String.join(", ", columns)
        + " FROM (\n"
        + sql
        + "\n) AS query("
        + String.join(", ", names)
        + ")";
  }

  private static Optional<String> plain(String type) {
    if (type.equals("ENUM") || (type.startsWith("ENUM(") && type.endsWith(")"))) {
      return Optional.of("VARCHAR");
    }
    return switch (type) {
      case "UTINYINT" -> Optional.of("SMALLINT");
      case "USMALLINT" -> Optional.of("INTEGER");
      case "UINTEGER" -> Optional.of("BIGINT");
      case "UBIGINT" -> Optional.of("DECIMAL(20,0)");
      default -> Optional.empty();
    };
  }
}
