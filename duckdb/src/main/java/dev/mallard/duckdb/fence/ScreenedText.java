package dev.mallard.duckdb.fence;

import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A text in which every character is one that DuckDB's tokenizer and its parser see alike. Before
 * it parses, DuckDB makes plain spaces of Unicode's where it thinks that they are outside of
 * quotes, and knows neither backticks nor what a backslash escapes; so that is done here, by its
 * tokens, and what would still differ is refused.
 *
 * @param sql what DuckDB is given
 */
record ScreenedText(String sql, List<Token> tokens) {
  /** The longest text, in bytes. */
  static final int MOST_BYTES = 1 << 20;

  /**
   * @throws MallardException INVALID_ARGUMENT
   */
  static ScreenedText of(String sql, DuckParser parser) {
    checkCharacters(sql);
    List<Token> tokens = parser.tokens(sql);
    if (!hasOddSpace(sql)) {
      return new ScreenedText(sql, checked(tokens));
    }
    String spaced = withPlainSpaces(sql, tokens);
    return new ScreenedText(spaced, checked(parser.tokens(spaced)));
  }

  private static void checkCharacters(String sql) {
    if (sql.length() > MOST_BYTES || sql.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      throw MallardException.invalid(
          "SQL: the text is longer than "
              + MOST_BYTES
              + " bytes; upload the data that is in it, or send several statements");
    }
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == 0) {
        throw MallardException.invalid("SQL: there is a zero character in the text; leave it out");
      }
      if (Character.isSurrogate(c)) {
        boolean isPair =
            Character.isHighSurrogate(c)
                && i + 1 < sql.length()
                && Character.isLowSurrogate(sql.charAt(i + 1));
        if (!isPair) {
          throw MallardException.invalid("SQL: the text is not Unicode: half a character");
        }
        i++;
      }
    }
  }

  private static boolean hasOddSpace(String sql) {
    for (int i = 0; i < sql.length(); i++) {
      if (isOddSpace(sql.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOddSpace(char c) {
    return c > 127
        && (Character.isSpaceChar(c)
            || Character.isWhitespace(c)
            || (c >= '\u200B' && c <= '\u200F')
            || (c >= '\u2028' && c <= '\u202E')
            || (c >= '\u2060' && c <= '\u206F')
            || c == '\u0085'
            || c == '\u180E'
            || c == '\uFEFF');
  }

  /** Outside of quotes. */
  private static String withPlainSpaces(String sql, List<Token> tokens) {
    StringBuilder text = new StringBuilder(sql);
    for (int i = 0; i < sql.length(); i++) {
      if (isOddSpace(sql.charAt(i))) {
        text.setCharAt(i, ' ');
      }
    }
    boolean misleads = false;
    boolean isLeft = false;
    for (Token token : tokens) {
      if (isQuoted(token)) {
        String quoted = sql.substring(token.start(), token.end());
        text.replace(token.start(), token.end(), quoted);
        misleads |= quoted.charAt(0) == '`' || quoted.indexOf('\\') >= 0;
        isLeft |= hasOddSpace(quoted);
      }
    }
    if (misleads && isLeft) {
      throw MallardException.invalid(
          "SQL: a text with backticks or backslashes has spaces of other scripts in quotes; write"
              + " names in double quotes, and such a space as chr(8203) or with its own number");
    }
    return text.toString();
  }

  private static boolean isQuoted(Token token) {
    return token.kind() == Token.Kind.QUOTED || token.kind() == Token.Kind.STRING;
  }

  /** Outside of quotes. */
  private static List<Token> checked(List<Token> tokens) {
    for (Token token : tokens) {
      if (!isQuoted(token)) {
        token
            .text()
            .chars()
            .filter(Character::isISOControl)
            .findFirst()
            .ifPresent(ScreenedText::odd);
      }
    }
    return tokens;
  }

  private static void odd(int character) {
    throw MallardException.invalid(
        "SQL: there is the control character "
            + character
            + " in the text; leave it out, or write it in quotes");
  }
}
