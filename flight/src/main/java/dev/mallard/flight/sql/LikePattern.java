package dev.mallard.flight.sql;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of Flight SQL's metadata commands: {@code %} is any text, {@code _} any one
 * character, and a backslash makes the next character stand for itself. Case counts, as names are
 * given as they were created. Immutable.
 */
final class LikePattern {
  /** What {@code SQL_SEARCH_STRING_ESCAPE} says. */
  static final char ESCAPE = '\\';

  private static final LikePattern ALL = new LikePattern(null, null);

  /** The one name that it matches, if it has no wildcards. */
  private final @Nullable String literal;

  private final @Nullable Pattern regex;

  private LikePattern(@Nullable String literal, @Nullable Pattern regex) {
    this.literal = literal;
    this.regex = regex;
  }

  /**
   * @param pattern null or {@code %} matches everything
   */
  static LikePattern of(@Nullable String pattern) {
    if (pattern == null || pattern.equals("%")) {
      return ALL;
    }
    StringBuilder regex = new StringBuilder();
    StringBuilder literal = new StringBuilder();
    boolean wild = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%' || c == '_') {
        wild = true;
        regex.append(quoted(literal)).append(c == '%' ? ".*" : ".");
        literal.setLength(0);
      } else {
        boolean escaped = c == ESCAPE && i + 1 < pattern.length();
        literal.append(escaped ? pattern.charAt(++i) : c);
      }
    }
    if (!wild) {
      return new LikePattern(literal.toString(), null);
    }
    regex.append(quoted(literal));
    return new LikePattern(null, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  private static String quoted(StringBuilder literal) {
    return literal.length() == 0 ? "" : Pattern.quote(literal.toString());
  }

  boolean matches(String name) {
    if (literal != null) {
      return literal.equals(name);
    }
    return regex == null || regex.matcher(name).matches();
  }
}
