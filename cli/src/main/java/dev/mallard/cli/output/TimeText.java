package dev.mallard.cli.output;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.apache.arrow.vector.types.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Dates and times as ISO 8601, digit by digit where that is most of the work. Stateless. */
final class TimeText {
  private static final long SECONDS_A_DAY = 86_400;

  /** 0000-01-01 and 10000-01-01. */
  private static final long FIRST_FOUR_DIGIT_DAY = -719_528;

  private static final long FIRST_FIVE_DIGIT_DAY = 2_932_897;

  private TimeText() {}

  static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  static void date(long epochDay, TextBuffer out) {
    if (epochDay < FIRST_FOUR_DIGIT_DAY || epochDay >= FIRST_FIVE_DIGIT_DAY) {
      out.put(farDate(epochDay));
      return;
    }
    // Howard Hinnant's civil_from_days, with years that begin in March.
    long shifted = epochDay + 719_468;
    long era = Math.floorDiv(shifted, 146_097);
    int dayOfEra = (int) (shifted - era * 146_097);
    int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int marchMonth = (5 * dayOfYear + 2) / 153;
    int day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
    int month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
    int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
    out.putPadded(year, 4);
    out.put('-').putPadded(month, 2);
    out.put('-').putPadded(day, 2);
  }

  private static String farDate(long epochDay) {
    try {
      return LocalDate.ofEpochDay(epochDay).toString();
    } catch (DateTimeException e) {
      // Further than the calendar goes: the number still says it.
      return "day " + epochDay;
    }
  }

  /** Of a day: units since midnight. */
  static void time(long value, long perSecond, TextBuffer out) {
    if (value < 0 || value >= SECONDS_A_DAY * perSecond) {
      // Not a time of day, but it may be stored.
      out.put(Duration.ofSeconds(Math.floorDiv(value, perSecond)).toString());
      return;
    }
    int seconds = (int) (value / perSecond);
    out.putPadded(seconds / 3600, 2);
    out.put(':').putPadded(seconds / 60 % 60, 2);
    out.put(':').putPadded(seconds % 60, 2);
    fraction(value % perSecond, perSecond, out);
  }

  private static void fraction(long value, long perSecond, TextBuffer out) {
    if (value == 0) {
      return;
    }
    int start = out.length();
    out.put('.');
    long scale = perSecond / 10;
    long rest = value;
    while (rest != 0 && scale > 0) {
      out.put((char) ('0' + rest / scale));
      rest %= scale;
      scale /= 10;
    }
    if (out.length() == start + 1) {
      out.truncate(start);
    }
  }

  /**
   * @param rules of the zone whose clock is shown, with its offset; null shows the value as it is
   */
  static void timestamp(
      long value, long perSecond, @Nullable ZoneRules rules, char separator, TextBuffer out) {
    long second = Math.floorDiv(value, perSecond);
    ZoneOffset offset =
        rules == null
            ? ZoneOffset.UTC
            : rules.getOffset(
                Instant.ofEpochSecond(
                    Math.max(
                        Instant.MIN.getEpochSecond(),
                        Math.min(Instant.MAX.getEpochSecond(), second))));
    long local = Math.addExact(second, offset.getTotalSeconds());
    date(Math.floorDiv(local, SECONDS_A_DAY), out);
    out.put(separator);
    long ofDay = Math.floorMod(local, SECONDS_A_DAY);
    time(ofDay * perSecond + Math.floorMod(value, perSecond), perSecond, out);
    if (rules != null) {
      out.put(offset.getTotalSeconds() == 0 ? "+00:00" : offset.getId());
    }
  }

  /** Null if there is none or Java does not know it: then the value is shown in UTC. */
  static @Nullable ZoneRules rules(@Nullable String zone) {
    if (zone == null) {
      return null;
    }
    try {
      return ZoneId.of(zone).getRules();
    } catch (DateTimeException e) {
      return ZoneOffset.UTC.getRules();
    }
  }

  static void duration(long value, long perSecond, TextBuffer out) {
    long nanos = Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond);
    out.put(Duration.ofSeconds(Math.floorDiv(value, perSecond), nanos).toString());
  }

  /** An ISO 8601 period with its parts as they are stored, not normalised. */
  static void interval(long months, long days, long nanos, TextBuffer out) {
    if (months == 0 && days == 0) {
      out.put(Duration.ofNanos(nanos).toString());
      return;
    }
    out.put('P');
    if (months != 0) {
      out.put(months);
      out.put('M');
    }
    if (days != 0) {
      out.put(days);
      out.put('D');
    }
    if (nanos != 0) {
      out.put(Duration.ofNanos(nanos).toString().substring(1));
    }
  }
}
