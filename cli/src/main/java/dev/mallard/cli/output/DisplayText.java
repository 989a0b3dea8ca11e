package dev.mallard.cli.output;

import org.jline.utils.WCWidth;

/** Text as it takes room on a terminal. Stateless. */
final class DisplayText {
  static final String ELLIPSIS = "…";

  private DisplayText() {}

  /** Makes what would move the cursor visible: line ends, tabs, other controls. */
  static String visible(String text) {
    boolean clean = text.codePoints().noneMatch(Character::isISOControl);
    if (clean) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 8);
    text.codePoints().forEach(c -> append(c, shown));
    return shown.toString();
  }

  private static void append(int c, StringBuilder shown) {
    switch (c) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        if (Character.isISOControl(c)) {
          shown.append(String.format("\\u%04x", c));
        } else {
          shown.appendCodePoint(c);
        }
      }
    }
  }

  /** Columns that it takes. */
  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x7f) {
        return text.codePoints().map(c -> Math.max(0, WCWidth.wcwidth(c))).sum();
      }
      width++;
    }
    return width;
  }

  /** At most so many columns; what is cut ends with an ellipsis. */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int width = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      int more = Math.max(0, WCWidth.wcwidth(c));
      if (width + more > columns - 1) {
        break;
      }
      kept.appendCodePoint(c);
      width += more;
    }
    return kept + ELLIPSIS;
  }

  /** Filled up with spaces, at the left or at the right. */
  static String pad(String text, int columns, boolean right) {
    String spaces = " ".repeat(Math.max(0, columns - width(text)));
    return right ? spaces + text : text + spaces;
  }
}
