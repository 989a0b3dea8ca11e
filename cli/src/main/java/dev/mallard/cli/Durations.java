package dev.mallard.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as people write them: {@code 500ms}, {@code 2s}, {@code 1m}; a number is seconds. */
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?) ?(ms|s|m|min|h|)");

  @Override
  public Duration convert(String value) {
    Matcher form = FORM.matcher(value.trim().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + value + "' is not a time (expected: 500ms, 2s, 1m, …)");
    }
    double number = Double.parseDouble(form.group(1));
    double seconds =
        switch (form.group(2)) {
          case "ms" -> number / 1000;
          case "m", "min" -> number * 60;
          case "h" -> number * 3600;
          default -> number;
        };
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
