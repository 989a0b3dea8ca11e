package dev.mallard.cli.statement;

import java.util.ArrayList;
import java.util.List;

/**
 * Where SQL statements end: at semicolons that are in no quotes and no comment, as DuckDB sees
 * them. Not thread-safe.
 */
public final class SqlText {
  private final String text;
  private final List<String> statements = new ArrayList<>();
  private int at;
  private int start;

  /** Whether there is more than space and comments since {@link #start}. */
  private boolean says;

  /** Whether quotes or a comment are still open at the end. */
  private boolean open;

  private SqlText(String text) {
    this.text = text;
  }

  /**
   * A text in its parts. Those that hold nothing but comments are left out.
   *
   * @param statements that are ended
   * @param rest what is begun behind the last semicolon; empty if nothing is
   */
  public record Split(List<String> statements, String rest) {
    /** Those that are ended, and the one that the text's end ends. */
    public List<String> all() {
      List<String> all = new ArrayList<>(statements);
      if (!rest.isEmpty()) {
        all.add(rest);
      }
      return all;
    }
  }

  public static Split split(String text) {
    SqlText scanner = new SqlText(text);
    while (scanner.at < text.length()) {
      scanner.next();
    }
    boolean begun = scanner.says || scanner.open;
    String rest = begun ? text.substring(scanner.start).strip() : "";
    return new Split(List.copyOf(scanner.statements), rest);
  }

  /** Whether nothing is begun that is not ended. */
  public static boolean isComplete(String text) {
    return split(text).rest().isEmpty();
  }

  private void next() {
    char c = text.charAt(at);
    if (c == ';') {
      if (says) {
        statements.add(text.substring(start, at).strip());
      }
      start = ++at;
      says = false;
    } else if (text.startsWith("--", at)) {
      at = end(at, "\n", true);
    } else if (text.startsWith("/*", at)) {
      skipComment();
    } else {
      says |= !Character.isWhitespace(c);
      skipText(c);
    }
  }

  private void skipText(char c) {
    String tag = c == '$' ? dollarTag() : "";
    if (!tag.isEmpty()) {
      at = end(at + tag.length(), tag, false);
    } else if (c == '\'' && isEscapeString()) {
      skipEscapeString();
    } else if (c == '\'' || c == '"' || c == '`') {
      at = end(at + 1, String.valueOf(c), false);
    } else {
      at++;
    }
  }

  /** Behind {@code end}, or at the end of the text, which leaves quotes open. */
  private int end(int from, String end, boolean mayBeMissing) {
    int found = text.indexOf(end, from);
    open |= found < 0 && !mayBeMissing;
    return found < 0 ? text.length() : found + end.length();
  }

  /** Comments nest. */
  private void skipComment() {
    int depth = 0;
    do {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < text.length());
    open |= depth > 0;
  }

  /** {@code $$} or {@code $name$} at this place, or nothing. */
  private String dollarTag() {
    int end = at + 1;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    boolean word = at > 0 && isWordPart(text.charAt(at - 1));
    boolean digit = end > at + 1 && Character.isDigit(text.charAt(at + 1));
    boolean isTag = !word && !digit && end < text.length() && text.charAt(end) == '$';
    return isTag ? text.substring(at, end + 1) : "";
  }

  /** Whether the string that begins here has backslash escapes: {@code E'…'}. */
  private boolean isEscapeString() {
    boolean prefixed = at > 0 && Character.toLowerCase(text.charAt(at - 1)) == 'e';
    return prefixed && (at == 1 || !isWordPart(text.charAt(at - 2)));
  }

  private void skipEscapeString() {
    at++;
    while (at < text.length() && text.charAt(at) != '\'') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    open |= at >= text.length();
    at = Math.min(at + 1, text.length());
  }

  private static boolean isWordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }
}
