package dev.mallard.server.users;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as people write it: {@code 1h}, {@code 7d} from now, a day, or a time of UTC. */
sealed interface Moment {
  Instant from(Instant now);

  /** So much later. */
  record Later(Duration by) implements Moment {
    @Override
    public Instant from(Instant now) {
      return now.plus(by);
    }
  }

  /** Then. */
  record At(Instant time) implements Moment {
    @Override
    public Instant from(Instant now) {
      return time;
    }
  }

  /** For picocli. */
  final class Converter implements ITypeConverter<Moment> {
    private static final Pattern LATER = Pattern.compile("(\\d{1,6})(s|m|h|d|w)");

    @Override
    public Moment convert(String value) {
      Matcher later = LATER.matcher(value);
      if (later.matches()) {
        long count = Long.parseLong(later.group(1));
        return new Later(
            switch (later.group(2)) {
              case "s" -> Duration.ofSeconds(count);
              case "m" -> Duration.ofMinutes(count);
              case "h" -> Duration.ofHours(count);
              case "d" -> Duration.ofDays(count);
              default -> Duration.ofDays(7 * count);
            });
      }
      try {
        return new At(
            value.length() == 10
                ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
                : Instant.parse(value));
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "'" + value + "' is not a time (expected: 1h, 7d, 2026-11-30, 2026-11-30T12:00:00Z)");
      }
    }
  }
}
