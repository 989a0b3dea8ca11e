package dev.mallard.duckdb.fence;

import java.util.Locale;

/**
 * A piece of SQL text.
 *
 * @param text of a word as written, of a quoted identifier or a string without its quotes
 * @param start where it begins in the SQL text
 * @param end where it ends
 */
public record Token(Kind kind, String text, int start, int end) {
  /** What a piece is. */
  public enum Kind {
    /** A keyword or an identifier without quotes. */
    WORD,
    /** An identifier in double quotes or backticks. */
    QUOTED,
    /** Of any quoting. */
    STRING,
    /** A number. */
    NUMBER,
    /** An operator, a bracket or another sign. */
    SYMBOL
  }

  /** Whether it can name something. */
  public boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** Whether it is this keyword (lower case). */
  public boolean is(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  /** Whether it is this sign. */
  public boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /** Its text in lower case. */
  public String lower() {
    return text.toLowerCase(Locale.ROOT);
  }
}
