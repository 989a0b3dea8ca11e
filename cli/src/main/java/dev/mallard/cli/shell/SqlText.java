package dev.mallard.cli.shell;

import java.util.ArrayList;
import java.util.List;

/** Where SQL statements end. Stateless. */
final class SqlText {
  private SqlText() {}

  /** Statements, and what comes behind the last semicolon. */
  record Split(List<String> statements, String rest) {}

  /** Cuts at semicolons that are in no quotes and no comment. */
  static Split split(String text) {
    List<String> statements = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ';') {
        String statement = text.substring(start, at).strip();
        if (!statement.isEmpty()) {
          statements.add(statement);
        }
        start = ++at;
      } else {
        at = skip(text, at);
      }
    }
    return new Split(statements, text.substring(Math.min(start, text.length())).strip());
  }

  /** Whether nothing is begun that is not ended. */
  static boolean isComplete(String text) {
    return split(text).rest().isEmpty();
  }

  /** Behind the character, or behind the quotes or comment that begin with it. */
  private static int skip(String text, int at) {
    char c = text.charAt(at);
    if (c == '\'' || c == '"') {
      return behind(text, at + 1, String.valueOf(c));
    }
    if (text.startsWith("--", at)) {
      return behind(text, at + 2, "\n");
    }
    if (text.startsWith("/*", at)) {
      return behind(text, at + 2, "*/");
    }
    return at + 1;
  }

  private static int behind(String text, int from, String end) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }
}
