package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.duckdb.DuckDBPreparedStatement;
import org.duckdb.RunningQuery;

/**
 * Results that Arrow's C data interface cannot carry in Java: it reads names of up to 32,767 bytes
 * and types of up to 64 levels, and a map is two. They are refused before they are run.
 */
final class ResultShape {
  private static final int LONGEST_NAME = 10_000;
  private static final int DEEPEST_TYPE = 30;

  private final String type;
  private final Deque<Integer> outer = new ArrayDeque<>();
  private int deepestHere;
  private int depth;
  private int word;
  private int longestWord;

  private ResultShape(String type) {
    this.type = type;
  }

  /**
   * @throws MallardException INVALID_ARGUMENT with what to do
   */
  static void check(DuckDBPreparedStatement statement) throws SQLException {
    ResultSetMetaData columns = statement.getMetaData();
    if (columns == null) {
      return;
    }
    String[] types = RunningQuery.columnTypes(statement);
    for (int i = 0; i < types.length; i++) {
      String label = columns.getColumnLabel(i + 1);
      if (label.length() > LONGEST_NAME / 3
          && label.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
        throw MallardException.invalid(
            "SQL: the name of column "
                + (i + 1)
                + " is longer than "
                + LONGEST_NAME
                + " bytes; give it one with AS");
      }
      checkType(types[i], i + 1);
    }
  }

  static void checkType(String type, int column) {
    ResultShape shape = new ResultShape(type);
    shape.read();
    if (shape.deepestHere > DEEPEST_TYPE || shape.longestWord > LONGEST_NAME / 3) {
      throw MallardException.invalid(
          "SQL: the type of column "
              + column
              + " has more than "
              + DEEPEST_TYPE
              + " levels, or names in it are too long; cast it to VARCHAR or JSON");
    }
  }

  private void read() {
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      if (c == '"' || c == '\'') {
        int end = type.indexOf(c, i + 1);
        end = end < 0 ? type.length() : end;
        longestWord = Math.max(longestWord, end - i);
        i = end;
      } else {
        character(c);
      }
    }
    ended();
  }

  private void character(char c) {
    word = Character.isLetterOrDigit(c) || c == '_' ? word + 1 : 0;
    longestWord = Math.max(longestWord, word);
    switch (c) {
      case '(' -> {
        outer.push(deepestHere);
        deepestHere = 0;
        depth = 0;
      }
      case ',' -> ended();
      case ')' -> {
        ended();
        depth = deepestHere + 1;
        deepestHere = outer.isEmpty() ? 0 : outer.pop();
      }
      case '[' -> depth++;
      default -> {}
    }
  }

  /** One of several types beside each other. */
  private void ended() {
    deepestHere = Math.max(deepestHere, depth);
    depth = 0;
  }
}
