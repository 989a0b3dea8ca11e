package dev.mallard.generate;

import dev.mallard.error.MallardException;
import java.util.Locale;

/**
 * TPC-H's cardinalities at a scale factor, and the two formulas that tie tables together (TPC-H
 * specification, clause 4.2.3). Keys count from 1 here.
 */
record TpchScale(int suppliers, int parts, int customers, long orders, int clerks) {
  static final int SUPPLIERS_PER_PART = 4;
  private static final double MIN = 0.01;
  private static final double MAX = 100;

  static TpchScale of(double scaleFactor) {
    if (!(scaleFactor >= MIN && scaleFactor <= MAX)) {
      throw MallardException.invalid(
          String.format(
              Locale.ROOT, "scale factor: %s (expected: from %s to %.0f)", scaleFactor, MIN, MAX));
    }
    return new TpchScale(
        (int) Math.round(scaleFactor * 10_000),
        (int) Math.round(scaleFactor * 200_000),
        (int) Math.round(scaleFactor * 150_000),
        Math.round(scaleFactor * 1_500_000),
        (int) Math.round(scaleFactor * 1_000));
  }

  /**
   * The suppliers of a part.
   *
   * @param which from 0 to 3; each gives another supplier
   */
  int supplierOf(int part, int which) {
    int step = suppliers / SUPPLIERS_PER_PART + (part - 1) / suppliers;
    if (3 * step % suppliers == 0) {
      // At some scale factors below 0.03 the formula, made for 1 and more, gives one of them twice.
      step++;
    }
    return (int) ((part + (long) which * step) % suppliers) + 1;
  }

  /** In cents. */
  static long retailPrice(long part) {
    return 90_000 + part / 10 % 20_001 + 100 * (part % 1_000);
  }

  /** Of customers, the keys that are divisible by 3 have no orders. */
  int orderingCustomers() {
    return customers - customers / 3;
  }

  /**
   * @param index from 0 up to, but without, {@link #orderingCustomers()}
   */
  static int orderingCustomer(int index) {
    return index / 2 * 3 + index % 2 + 1;
  }
}
