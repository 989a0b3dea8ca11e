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

  /** The query, or one around it that casts. */
  static String rewrite(String sql, DuckDBPreparedStatement query) throws SQLException {
    String[] types = RunningQuery.columnTypes(query);
    boolean anything = false;
    List<String> names = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    ResultSetMetaData metadata = query.getMetaData();
    for (int i = 0; i < types.length; i++) {
      Optional<String> readable = DuckTypes.readable(types[i]);
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
}
