package dev.mallard.duckdb;

import java.util.Locale;

/**
 * A piece of SQL text.
 *
 * @param text of a word as written, of a quoted identifier or a string without its quotes
 * @param end where it ends in the SQL text
 */
record Token(Kind kind, String text, int end) {
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    SYMBOL
  }

  /** Whether it can name something. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** Whether it is this keyword (lower case). */
  boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  String lower() {
    return text.toLowerCase(Locale.ROOT);
  }
}
