package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;

/**
 * Which statements give the same whenever they run over the same data: those in which no name is
 * that of a function that does not, by DuckDB's own list. A column of such a name is taken for the
 * function. Immutable.
 */
final class Volatility {
  /** What says the time without being called, and what picks rows by chance. */
  private static final Set<String> WORDS =
      Set.of(
          "current_time",
          "current_timestamp",
          "localtime",
          "localtimestamp",
          "sample",
          "tablesample");

  private static final Pattern WORD = Pattern.compile("\\W+");

  private final Set<String> names;

  private Volatility(Set<String> names) {
    this.names = names;
  }

  static Volatility of(DuckDBConnection connection) throws SQLException {
    Set<String> names = new HashSet<>(WORDS);
    Map<String, String> macros = new HashMap<>();
    try (Statement sql = connection.createStatement();
        ResultSet rows =
            sql.executeQuery(
                "SELECT lower(function_name), coalesce(stability, ''), coalesce(macro_definition, '')"
                    + " FROM duckdb_functions() WHERE internal"
                    + " AND function_type IN ('scalar', 'aggregate', 'macro', 'table_macro')"
                    + " AND stability IS DISTINCT FROM 'CONSISTENT'")) {
      while (rows.next()) {
        if (rows.getString(2).isEmpty()) {
          macros.merge(rows.getString(1), rows.getString(3), (one, other) -> one + " " + other);
        } else {
          names.add(rows.getString(1));
        }
      }
    }
    macros.forEach(
        (name, definition) -> {
          for (String word : WORD.split(definition.toLowerCase(Locale.ROOT))) {
            if (names.contains(word) && !word.equals(name)) {
              names.add(name);
            }
          }
        });
    return new Volatility(Set.copyOf(names));
  }

  boolean isRepeatable(ParsedStatement parsed) {
    return parsed.isReading()
        && parsed.tokens().stream().filter(Token::isName).noneMatch(this::isVolatile)
        && parsed.names().stream()
            .noneMatch(name -> names.contains(name.table().toLowerCase(Locale.ROOT)));
  }

  private boolean isVolatile(Token token) {
    return names.contains(token.lower());
  }
}
