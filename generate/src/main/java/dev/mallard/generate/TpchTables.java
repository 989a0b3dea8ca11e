package dev.mallard.generate;

import java.util.List;

/**
 * The tables of TPC-H, made to its specification's schema, cardinalities, key relations, value
 * domains and correlations, not with its random numbers: answers are of the same kind as an
 * official database's, but not the same. Keys are int64 but for nations and regions; money and
 * quantities are decimal(15,2).
 *
 * @see <a href="https://www.tpc.org/tpch/">TPC-H, clauses 1.4 and 4.2</a>
 */
final class TpchTables {
  private static final int NATIONS = 25;

  private final TpchScale scale;
  private final long seed;
  private final TpchTextPool pool;
  private final TpchLineCounts counts;
  private final TpchLines lines;

  private TpchTables(TpchScale scale, long seed) {
    this.scale = scale;
    this.seed = seed;
    this.pool = new TpchTextPool(seed);
    this.counts = new TpchLineCounts(seed);
    this.lines = new TpchLines(scale, counts, seed);
  }

  /** Those that others refer to first. */
  static List<SampleTable> all(double scaleFactor, long seed) {
    TpchTables tables = new TpchTables(TpchScale.of(scaleFactor), seed);
    TpchParts parts = new TpchParts(tables.scale, tables.pool, seed);
    return List.of(
        tables.region(),
        tables.nation(),
        tables.supplier(),
        tables.customer(),
        parts.part(),
        parts.partsupp(),
        tables.orders(),
        tables.lineitem());
  }

  private SampleTable region() {
    return new ColumnTable(
        "region",
        TpchVocabulary.REGIONS.size(),
        Column.int32("r_regionkey", row -> (int) row),
        Column.utf8("r_name", (row, out) -> TpchVocabulary.REGIONS.put((int) row, out)),
        comment("r_comment", 31, 115));
  }

  private SampleTable nation() {
    return new ColumnTable(
        "nation",
        NATIONS,
        Column.int32("n_nationkey", row -> (int) row),
        Column.utf8("n_name", (row, out) -> TpchVocabulary.NATIONS.put((int) row, out)),
        Column.int32("n_regionkey", row -> TpchVocabulary.regionOf((int) row)),
        comment("n_comment", 31, 114));
  }

  private SampleTable supplier() {
    TpchPeople people = new TpchPeople("s", seed);
    TpchComplaints complaints = new TpchComplaints(pool, seed);
    return new ColumnTable(
        "supplier",
        scale.suppliers(),
        Column.int64("s_suppkey", row -> row + 1),
        Column.utf8("s_name", (row, out) -> out.put("Supplier#").digits(row + 1, 9)),
        people.address(),
        people.nation(),
        people.phone(),
        people.balance(),
        Column.utf8("s_comment", complaints::comment));
  }

  private SampleTable customer() {
    TpchPeople people = new TpchPeople("c", seed);
    RandomLane segment = lane("c_mktsegment");
    return new ColumnTable(
        "customer",
        scale.customers(),
        Column.int64("c_custkey", row -> row + 1),
        Column.utf8("c_name", (row, out) -> out.put("Customer#").digits(row + 1, 9)),
        people.address(),
        people.nation(),
        people.phone(),
        people.balance(),
        words("c_mktsegment", segment, TpchVocabulary.SEGMENTS),
        comment("c_comment", 29, 116));
  }

  private SampleTable orders() {
    RandomLane customer = lane("o_custkey");
    RandomLane priority = lane("o_orderpriority");
    RandomLane clerk = lane("o_clerk");
    int customers = scale.orderingCustomers();
    return new ColumnTable(
        "orders",
        scale.orders(),
        Column.int64("o_orderkey", TpchLines::orderKey),
        Column.int64(
            "o_custkey", row -> TpchScale.orderingCustomer(customer.below(row, customers))),
        Column.utf8("o_orderstatus", (row, out) -> out.put(lines.orderStatus(row))),
        Column.money("o_totalprice", lines::totalPrice),
        Column.date("o_orderdate", lines::orderDate),
        words("o_orderpriority", priority, TpchVocabulary.PRIORITIES),
        Column.utf8(
            "o_clerk",
            (row, out) -> out.put("Clerk#").digits(clerk.between(row, 1, scale.clerks()), 9)),
        Column.int32("o_shippriority", row -> 0),
        comment("o_comment", 19, 78));
  }

  private SampleTable lineitem() {
    RandomLane instruction = lane("l_shipinstruct");
    RandomLane mode = lane("l_shipmode");
    return new ColumnTable(
        "lineitem",
        counts.total(scale.orders()),
        counts::keys,
        Column.int64("l_orderkey", key -> TpchLines.orderKey(TpchLineCounts.order(key))),
        Column.int64("l_partkey", lines::part),
        Column.int64("l_suppkey", lines::supplier),
        Column.int32("l_linenumber", key -> TpchLineCounts.line(key) + 1),
        Column.money("l_quantity", key -> 100L * lines.quantity(key)),
        Column.money("l_extendedprice", lines::extendedPrice),
        Column.money("l_discount", lines::discount),
        Column.money("l_tax", lines::tax),
        Column.utf8("l_returnflag", (key, out) -> out.put(lines.returnFlag(key))),
        Column.utf8("l_linestatus", (key, out) -> out.put(lines.lineStatus(key))),
        Column.date("l_shipdate", lines::shipDate),
        Column.date("l_commitdate", lines::commitDate),
        Column.date("l_receiptdate", lines::receiptDate),
        words("l_shipinstruct", instruction, TpchVocabulary.INSTRUCTIONS),
        words("l_shipmode", mode, TpchVocabulary.MODES),
        comment("l_comment", 10, 43));
  }

  private RandomLane lane(String column) {
    return new RandomLane(seed, column);
  }

  private static Column words(String name, RandomLane lane, Words words) {
    return Column.utf8(name, (key, out) -> words.pick(lane.bits(key), out));
  }

  private Column comment(String name, int minLength, int maxLength) {
    RandomLane lane = lane(name);
    return Column.utf8(name, (key, out) -> pool.comment(lane.bits(key), minLength, maxLength, out));
  }
}
