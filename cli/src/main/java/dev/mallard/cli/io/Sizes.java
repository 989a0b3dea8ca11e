package dev.mallard.cli.io;

import java.time.Duration;
import java.util.Locale;

/** Amounts as people read them. */
public final class Sizes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};

  private Sizes() {}

  /** In powers of 1000 with three digits, such as {@code 1.23 MB}. */
  public static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
  }

  /** With a comma between thousands; {@code unknown} below 0. */
  public static String count(long count) {
    return count < 0 ? "unknown" : String.format(Locale.ROOT, "%,d", count);
  }

  /** A number and its noun. */
  public static String count(long count, String singular) {
    return count(count) + " " + (count == 1 ? singular : singular + "s");
  }

  /** In seconds, with milliseconds below a minute; otherwise minutes and hours. */
  public static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.3f s", time.toNanos() / 1e9);
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
  }
}
