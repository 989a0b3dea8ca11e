package dev.mallard.cli.input;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;

/** What a piece of text can be read as. Stateless. */
final class TextValues {
  private static final int DATE = 10;
  private static final int MINUTES = 16;
  private static final int MAX_INTEGER_DIGITS = 19;

  private TextValues() {}

  static boolean isBool(String text) {
    return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
  }

  /** A whole number of 64 bits that is written as one: {@code 007} is not, nor is {@code +1}. */
  static boolean isInteger(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    int digits = text.length() - start;
    if (digits == 0 || digits > MAX_INTEGER_DIGITS || (text.charAt(start) == '0' && digits > 1)) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return digits < MAX_INTEGER_DIGITS || fits(text);
  }

  private static boolean fits(String text) {
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * A number with a fraction or an exponent, NaN or an infinity, or a short whole number: a long
   * one, such as an account number, would lose digits.
   */
  static boolean isDouble(String text) {
    if (text.isEmpty() || text.length() > 40) {
      return false;
    }
    switch (text) {
      case "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf" -> {
        return true;
      }
      default -> {}
    }
    int at = text.charAt(0) == '-' ? 1 : 0;
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    int whole = at - start;
    if (whole > 1 && text.charAt(start) == '0') {
      return false;
    }
    if (at == text.length()) {
      return whole > 0 && whole <= 15;
    }
    int fraction = 0;
    if (text.charAt(at) == '.') {
      int dot = at++;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      fraction = at - dot - 1;
    }
    return whole + fraction > 0 && (at == text.length() || isExponent(text, at));
  }

  private static boolean isExponent(String text, int from) {
    if (text.charAt(from) != 'e' && text.charAt(from) != 'E') {
      return false;
    }
    int at = from + 1;
    if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
      at++;
    }
    int digits = 0;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
      digits++;
    }
    return digits > 0 && at == text.length();
  }

  static double toDouble(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** {@code 2024-12-31}. */
  static boolean isDate(String text) {
    return looksLikeDate(text) && text.length() == DATE && parses(() -> LocalDate.parse(text));
  }

  /** {@code 2024-12-31 23:59:59.123456} or with a {@code T}, up to microseconds, no zone. */
  static boolean isTimestamp(String text) {
    return looksLikeTimestamp(text) && parses(() -> toMicros(text));
  }

  /** As {@link #isTimestamp}, with {@code Z} or an offset at the end. */
  static boolean isZonedTimestamp(String text) {
    return looksLikeTimestamp(text) && parses(() -> toUtcMicros(text));
  }

  private static boolean looksLikeDate(String text) {
    return text.length() >= DATE
        && isDigit(text.charAt(0))
        && text.charAt(4) == '-'
        && text.charAt(7) == '-';
  }

  private static boolean looksLikeTimestamp(String text) {
    return text.length() >= MINUTES
        && looksLikeDate(text)
        && (text.charAt(DATE) == ' ' || text.charAt(DATE) == 'T')
        && text.charAt(13) == ':';
  }

  static long toMicros(String text) {
    LocalDateTime time = LocalDateTime.parse(text.replace(' ', 'T'));
    return micros(time.toEpochSecond(java.time.ZoneOffset.UTC), time.getNano());
  }

  static long toUtcMicros(String text) {
    OffsetDateTime time = OffsetDateTime.parse(text.replace(' ', 'T'));
    return micros(time.toEpochSecond(), time.getNano());
  }

  private static long micros(long seconds, int nanos) {
    if (nanos % 1_000 != 0) {
      throw new DateTimeException("finer than microseconds");
    }
    return Math.addExact(Math.multiplyExact(seconds, 1_000_000L), nanos / 1_000);
  }

  private static boolean parses(Runnable parse) {
    try {
      parse.run();
      return true;
    } catch (DateTimeException | ArithmeticException e) {
      return false;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
