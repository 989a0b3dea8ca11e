package dev.mallard.generate;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How much to generate, as far as it was said: a number of rows, or TPC-H's scale factor. Which of
 * them a kind takes, and what it takes otherwise, is {@link SampleKind}'s to say.
 */
public record SampleSize(OptionalLong rows, OptionalDouble scaleFactor) {
  /** Whatever the kind takes by itself. */
  public static final SampleSize DEFAULT =
      new SampleSize(OptionalLong.empty(), OptionalDouble.empty());

  public static SampleSize ofRows(long rows) {
    return new SampleSize(OptionalLong.of(rows), OptionalDouble.empty());
  }

  public static SampleSize ofScaleFactor(double scaleFactor) {
    return new SampleSize(OptionalLong.empty(), OptionalDouble.of(scaleFactor));
  }
}
