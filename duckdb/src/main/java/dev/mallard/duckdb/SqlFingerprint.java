package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.SqlLexer;
import dev.mallard.duckdb.fence.Token;
import java.util.StringJoiner;

/**
 * What a statement does, without what users have written into it: its literals are question marks,
 * its comments are gone. Statements that differ only in these have the same.
 */
public final class SqlFingerprint {
  private SqlFingerprint() {}

  /**
   * @param sql of a text that is no SQL, whatever looks like words and symbols stays
   */
  public static String of(String sql) {
    StringJoiner shown = new StringJoiner(" ");
    for (Token token : SqlLexer.of(sql)) {
      shown.add(
          switch (token.kind()) {
            case STRING, NUMBER -> "?";
            case QUOTED -> '"' + token.text().replace("\"", "\"\"") + '"';
            case WORD, SYMBOL -> token.text();
          });
    }
    return shown.toString();
  }
}
