package dev.mallard.generate;

import java.time.LocalDate;

/**
 * What orders and their lines have in common (TPC-H specification, clause 4.2.3): dates, prices,
 * status. Orders count from 0; lines are known by {@link TpchLineCounts#key}. Days are since 1970,
 * money is in cents.
 */
final class TpchLines {
  private static final int START_DATE = (int) LocalDate.of(1992, 1, 1).toEpochDay();
  private static final int END_DATE = (int) LocalDate.of(1998, 12, 31).toEpochDay();
  private static final int CURRENT_DATE = (int) LocalDate.of(1995, 6, 17).toEpochDay();
  private static final int LAST_ORDER_DATE = END_DATE - 151;

  private final TpchScale scale;
  private final TpchLineCounts counts;
  private final RandomLane orderDate;
  private final RandomLane part;
  private final RandomLane supplier;
  private final RandomLane quantity;
  private final RandomLane discount;
  private final RandomLane tax;
  private final RandomLane shipDate;
  private final RandomLane commitDate;
  private final RandomLane receiptDate;
  private final RandomLane returned;

  TpchLines(TpchScale scale, TpchLineCounts counts, long seed) {
    this.scale = scale;
    this.counts = counts;
    this.orderDate = new RandomLane(seed, "o_orderdate");
    this.part = new RandomLane(seed, "l_partkey");
    this.supplier = new RandomLane(seed, "l_suppkey");
    this.quantity = new RandomLane(seed, "l_quantity");
    this.discount = new RandomLane(seed, "l_discount");
    this.tax = new RandomLane(seed, "l_tax");
    this.shipDate = new RandomLane(seed, "l_shipdate");
    this.commitDate = new RandomLane(seed, "l_commitdate");
    this.receiptDate = new RandomLane(seed, "l_receiptdate");
    this.returned = new RandomLane(seed, "l_returnflag");
  }

  /** Of 32 keys, the first 8 are used. */
  static long orderKey(long order) {
    long number = order + 1;
    return number >>> 3 << 5 | number & 7;
  }

  int orderDate(long order) {
    return orderDate.between(order, START_DATE, LAST_ORDER_DATE);
  }

  int part(long key) {
    return 1 + part.below(key, scale.parts());
  }

  int supplier(long key) {
    return scale.supplierOf(part(key), supplier.below(key, TpchScale.SUPPLIERS_PER_PART));
  }

  int quantity(long key) {
    return quantity.between(key, 1, 50);
  }

  long extendedPrice(long key) {
    return quantity(key) * TpchScale.retailPrice(part(key));
  }

  /** In hundredths. */
  int discount(long key) {
    return discount.between(key, 0, 10);
  }

  /** In hundredths. */
  int tax(long key) {
    return tax.between(key, 0, 8);
  }

  int shipDate(long key) {
    return orderDate(TpchLineCounts.order(key)) + shipDate.between(key, 1, 121);
  }

  int commitDate(long key) {
    return orderDate(TpchLineCounts.order(key)) + commitDate.between(key, 30, 90);
  }

  int receiptDate(long key) {
    return shipDate(key) + receiptDate.between(key, 1, 30);
  }

  char returnFlag(long key) {
    if (receiptDate(key) > CURRENT_DATE) {
      return 'N';
    }
    return returned.below(key, 2) == 0 ? 'R' : 'A';
  }

  char lineStatus(long key) {
    return shipDate(key) > CURRENT_DATE ? 'O' : 'F';
  }

  /** Of an order: O or F if all of its lines are, otherwise P. */
  char orderStatus(long order) {
    int count = counts.of(order);
    int open = 0;
    for (int line = 0; line < count; line++) {
      open += lineStatus(TpchLineCounts.key(order, line)) == 'O' ? 1 : 0;
    }
    if (open == 0) {
      return 'F';
    }
    return open == count ? 'O' : 'P';
  }

  /** Of an order: its lines with tax and discount, rounded once. */
  long totalPrice(long order) {
    int count = counts.of(order);
    long total = 0;
    for (int line = 0; line < count; line++) {
      long key = TpchLineCounts.key(order, line);
      total += extendedPrice(key) * (100 + tax(key)) * (100 - discount(key));
    }
    return (total + 5_000) / 10_000;
  }
}
