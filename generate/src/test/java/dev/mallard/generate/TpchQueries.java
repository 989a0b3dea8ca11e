package dev.mallard.generate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * TPC-H's 22 queries (clause 2.4) in DuckDB's SQL, with the specification's validation parameters.
 * Stateless.
 */
public final class TpchQueries {
  /** They are numbered from 1. */
  public static final int COUNT = 22;

  private static final int IMPORTANT_STOCK = 11;
  private static final String FRACTION = "0.0001";

  private TpchQueries() {}

  /**
   * A query as it is for scale factor 1, without a semicolon at the end.
   *
   * @param number from 1 to 22
   */
  public static String text(int number) {
    if (number < 1 || number > COUNT) {
      throw new IllegalArgumentException("query: " + number + " (expected: 1 to " + COUNT + ")");
    }
    String resource = String.format(Locale.ROOT, "tpch/q%02d.sql", number);
    try (InputStream in = TpchQueries.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A query for a scale factor: query 11 asks for stock worth more than a fraction of the whole,
   * which the specification divides by the scale factor.
   */
  public static String text(int number, double scaleFactor) {
    String text = text(number);
    if (number != IMPORTANT_STOCK) {
      return text;
    }
    return text.replace(FRACTION, String.format(Locale.ROOT, "%.10f", 0.0001 / scaleFactor));
  }
}
