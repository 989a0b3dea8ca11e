package dev.mallard.duckdb.fence;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts SQL text into tokens as DuckDB's own parser does: comments nest, strings may be
 * dollar-quoted, spaces may be Unicode's. It is used to look for what a user may not say, so in
 * doubt it finds more tokens rather than fewer; what is not SQL at all is left to DuckDB to refuse.
 */
public final class SqlLexer {
  private final String sql;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int began;

  private SqlLexer(String sql) {
    this.sql = sql;
  }

  /** Its tokens, without its comments. */
  public static List<Token> of(String sql) {
    SqlLexer scanner = new SqlLexer(sql);
    while (scanner.at < sql.length()) {
      scanner.next();
    }
    return scanner.tokens;
  }

  private void next() {
    char c = sql.charAt(at);
    began = at;
    if (isSpace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      skipLine();
    } else if (sql.startsWith("/*", at)) {
      skipComment();
    } else if (c == '\'') {
      add(Token.Kind.STRING, quoted('\'', isEscapeString()));
    } else if (c == '"' || c == '`') {
      add(Token.Kind.QUOTED, quoted(c, false));
    } else if (c == '$' && dollarTag() != null) {
      dollarQuoted();
    } else if (isWordStart(c)) {
      word();
    } else if (Character.isDigit(c)) {
      number();
    } else {
      at++;
      add(Token.Kind.SYMBOL, String.valueOf(c));
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, began, at));
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u200B' || c == '\uFEFF';
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c > 127;
  }

  private static boolean isWordPart(char c) {
    return (isWordStart(c) || Character.isDigit(c) || c == '$') && !isSpace(c);
  }

  private void skipLine() {
    while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
      at++;
    }
  }

  private void skipComment() {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < sql.length());
  }

  /** Whether the string that begins here has backslash escapes: {@code E'…'}. */
  private boolean isEscapeString() {
    boolean prefixed = at > 0 && (sql.charAt(at - 1) == 'e' || sql.charAt(at - 1) == 'E');
    return prefixed && (at == 1 || !isWordPart(sql.charAt(at - 2)));
  }

  private String quoted(char quote, boolean escapes) {
    String text = inside(quote, escapes);
    return escapes ? EscapedText.decode(text) : text;
  }

  /** What stands between two quotes; doubled ones are one, escapes are as they are written. */
  private String inside(char quote, boolean escapes) {
    StringBuilder text = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      if (escapes && c == '\\' && at + 1 < sql.length()) {
        text.append(c).append(sql.charAt(at + 1));
        at += 2;
      } else if (c != quote) {
        text.append(c);
        at++;
      } else if (at + 1 < sql.length() && sql.charAt(at + 1) == quote) {
        text.append(quote);
        at += 2;
      } else {
        at++;
        return text.toString();
      }
    }
    return text.toString();
  }

  /** {@code $$} or {@code $name$} at this place, or null. */
  private @org.jspecify.annotations.Nullable String dollarTag() {
    int end = at + 1;
    while (end < sql.length() && isWordPart(sql.charAt(end)) && sql.charAt(end) != '$') {
      end++;
    }
    boolean startsWithDigit = end > at + 1 && Character.isDigit(sql.charAt(at + 1));
    boolean isTag = end < sql.length() && sql.charAt(end) == '$' && !startsWithDigit;
    return isTag ? sql.substring(at, end + 1) : null;
  }

  private void dollarQuoted() {
    String tag = java.util.Objects.requireNonNull(dollarTag());
    int start = at + tag.length();
    int end = sql.indexOf(tag, start);
    at = end < 0 ? sql.length() : end + tag.length();
    add(Token.Kind.STRING, end < 0 ? sql.substring(start) : sql.substring(start, end));
  }

  private void word() {
    int start = at;
    while (at < sql.length() && isWordPart(sql.charAt(at))) {
      at++;
    }
    add(Token.Kind.WORD, sql.substring(start, at));
  }

  private void number() {
    int start = at;
    while (at < sql.length()
        && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
      at++;
    }
    add(Token.Kind.NUMBER, sql.substring(start, at));
  }
}
