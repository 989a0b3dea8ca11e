package dev.mallard.generate;

/**
 * Suppliers' comments: of each 2,000, one tells of a customer's complaints and one of a customer's
 * recommendation, as the specification wants of 5 in 10,000 each. Already the first 100 suppliers
 * have one of both, so that query 16 has something to leave out at any scale factor.
 */
final class TpchComplaints {
  private static final int EVERY = 2_000;
  private static final int COMPLAINT = 30;
  private static final int RECOMMENDATION = 60;

  private final TpchTextPool pool;
  private final RandomLane lane;

  TpchComplaints(TpchTextPool pool, long seed) {
    this.pool = pool;
    this.lane = new RandomLane(seed, "s_comment");
  }

  void comment(long row, TextWriter out) {
    long bits = lane.bits(row);
    switch ((int) (row % EVERY)) {
      case COMPLAINT -> tell("Complaints", bits, out);
      case RECOMMENDATION -> tell("Recommends", bits, out);
      default -> pool.comment(bits, 25, 100, out);
    }
  }

  /** 25 to 98 characters. */
  private void tell(String what, long bits, TextWriter out) {
    pool.comment(bits, 0, 20, out);
    out.put("Customer");
    pool.comment(RandomLane.more(bits), 1, 20, out);
    out.put(what);
    pool.comment(RandomLane.more(RandomLane.more(bits)), 6, 40, out);
  }
}
