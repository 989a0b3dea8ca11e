package dev.mallard.duckdb.fence;

/** What {@code E'…'} means: {@code \n}, {@code \x2F}, {@code \057} and so on. */
final class EscapedText {
  private final String text;
  private final StringBuilder decoded = new StringBuilder();
  private int at;

  private EscapedText(String text) {
    this.text = text;
  }

  static String decode(String text) {
    EscapedText escaped = new EscapedText(text);
    while (escaped.at < text.length()) {
      escaped.next();
    }
    return escaped.decoded.toString();
  }

  private void next() {
    char c = text.charAt(at++);
    if (c != '\\' || at == text.length()) {
      decoded.append(c);
      return;
    }
    char escape = text.charAt(at++);
    switch (escape) {
      case 'b' -> decoded.append('\b');
      case 'f' -> decoded.append('\f');
      case 'n' -> decoded.append('\n');
      case 'r' -> decoded.append('\r');
      case 't' -> decoded.append('\t');
      case 'x' -> number(16, 2, escape);
      default -> {
        if (Character.digit(escape, 8) >= 0) {
          at--;
          number(8, 3, escape);
        } else {
          decoded.append(escape);
        }
      }
    }
  }

  private void number(int base, int digits, char escape) {
    int start = at;
    int value = 0;
    while (at < text.length()
        && at - start < digits
        && Character.digit(text.charAt(at), base) >= 0) {
      value = value * base + Character.digit(text.charAt(at++), base);
    }
    if (at == start) {
      decoded.append(escape);
    } else if (Character.isValidCodePoint(value)) {
      decoded.appendCodePoint(value);
    }
  }
}
