package dev.mallard.duckdb.fence;

import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes {@link Token}s of DuckDB's: places in characters, quotes taken off. For one text. */
final class TokenDecoder {
  private static final int KEYWORD = 1;
  private static final int IDENTIFIER = 2;
  private static final int STRING = 3;
  private static final int NUMBER = 4;
  private static final int OPERATOR = 5;
  private static final int COMMENT = 6;
  private static final int TERMINATOR = 7;

  private final String sql;
  private final byte[] bytes;
  private int bytesSeen;
  private int charactersSeen;

  /**
   * @param bytes the text's as UTF-8, and a line's end
   */
  TokenDecoder(String sql, byte[] bytes) {
    this.sql = sql;
    this.bytes = bytes;
  }

  List<Token> decode(List<NativeSeat.RawToken> raw) {
    List<Token> tokens = new ArrayList<>(raw.size());
    int last = 0;
    for (NativeSeat.RawToken token : raw) {
      requireBesideEachOther(last, token.start());
      last = token.start() + token.length();
      int start = character(token.start());
      int end = Math.min(sql.length(), character(token.start() + token.length()));
      if (token.type() != COMMENT) {
        add(tokens, token(token.type(), start, end));
      }
    }
    return tokens;
  }

  /**
   * Of {@code $:} the tokenizer makes two that overlap. There is nothing but space between tokens.
   */
  private void requireBesideEachOther(int end, int start) {
    boolean isPlain = end <= start;
    for (int i = end; i < start && isPlain; i++) {
      byte c = bytes[i];
      isPlain = c == ' ' || (c >= '\t' && c <= '\r');
    }
    if (!isPlain) {
      throw MallardException.invalid(
          "SQL: the text cannot be taken apart by"
              + " DuckDB's own rules; put spaces between its signs");
    }
  }

  /** Strings one after the other are one: {@code 'a' 'b'} is {@code 'ab'}. */
  private static void add(List<Token> tokens, Token token) {
    int last = tokens.size() - 1;
    if (token.kind() == Token.Kind.STRING
        && last >= 0
        && tokens.get(last).kind() == Token.Kind.STRING) {
      String joined = tokens.get(last).text() + token.text();
      tokens.set(last, new Token(Token.Kind.STRING, joined, tokens.get(last).start(), token.end()));
    } else {
      tokens.add(token);
    }
  }

  /** Where in the text a byte is. Ascending. */
  private int character(int at) {
    if (bytes.length == sql.length() + 1) {
      return at;
    }
    charactersSeen += new String(bytes, bytesSeen, at - bytesSeen, StandardCharsets.UTF_8).length();
    bytesSeen = at;
    return charactersSeen;
  }

  private Token token(int type, int start, int end) {
    String text = sql.substring(start, end);
    char first = text.charAt(0);
    return switch (type) {
      case KEYWORD -> new Token(Token.Kind.WORD, text, start, end);
      case IDENTIFIER ->
          first == '"' || first == '`'
              ? new Token(Token.Kind.QUOTED, unquoted(text, first), start, end)
              : new Token(Token.Kind.WORD, text, start, end);
      case STRING -> new Token(Token.Kind.STRING, string(text), start, end);
      // A dot is a number to the tokenizer.
      case NUMBER ->
          new Token(text.equals(".") ? Token.Kind.SYMBOL : Token.Kind.NUMBER, text, start, end);
      case OPERATOR, TERMINATOR -> new Token(Token.Kind.SYMBOL, text, start, end);
      default -> throw DuckLibrary.unusable("there is a kind of token that is not known", null);
    };
  }

  private static String unquoted(String text, char quote) {
    String inner = text.substring(1, text.length() - 1);
    String twice = String.valueOf(quote) + quote;
    return inner.contains(twice) ? inner.replace(twice, String.valueOf(quote)) : inner;
  }

  /** Of {@code '…'}, {@code E'…'} and other letters before, {@code $x$…$x$}. */
  private static String string(String text) {
    if (text.charAt(0) == '$') {
      int tag = text.indexOf('$', 1) + 1;
      return text.substring(tag, text.length() - tag);
    }
    int quote = text.indexOf('\'');
    String inner = unquoted(text.substring(quote), '\'');
    boolean escapes = quote > 0 && (text.charAt(0) == 'e' || text.charAt(0) == 'E');
    return escapes && inner.indexOf('\\') >= 0 ? EscapedText.decode(inner) : inner;
  }
}
