package dev.mallard.generate;

import java.time.LocalDate;
import java.util.List;
import java.util.function.LongPredicate;

/** Small datasets to look around in, of the names that the documentation's examples use. */
final class DemoTables {
  private static final int YEAR_START = (int) LocalDate.of(2020, 1, 1).toEpochDay();
  private static final int REPORT_START = (int) LocalDate.of(2024, 1, 1).toEpochDay();
  private static final int REPORTED_DAYS = 365;

  private DemoTables() {}

  static List<SampleTable> all(long seed) {
    return List.of(
        sales(100_000, seed),
        FlatTables.featherDemo("large_table.feather", 50_000, seed),
        userSessions(1_000, seed),
        dailySales(seed));
  }

  /** Sales of one year in no order, with nulls. */
  private static SampleTable sales(long rows, long seed) {
    RandomLane date = new RandomLane(seed, "sales.date");
    RandomLane valueNull = new RandomLane(seed, "sales.value1 null");
    RandomLane nameNull = new RandomLane(seed, "sales.name null");
    RandomLane name = new RandomLane(seed, "sales.name");
    LongPredicate noName = row -> nameNull.below(row, 10) == 0;
    return new ColumnTable(
        "sales.parquet",
        rows,
        Column.int64("id", row -> row),
        Column.date("date", row -> YEAR_START + date.below(row, 365)),
        FlatTables.category(seed),
        Column.float64("value1", FlatTables.value1(seed))
            .withNulls(row -> valueNull.below(row, 20) == 0),
        Column.float64("value2", FlatTables.value2(seed)),
        FlatTables.active(seed),
        Column.utf8(
            "name", noName, (row, out) -> out.put("customer-").number(name.below(row, 5_000))));
  }

  private static SampleTable userSessions(long rows, long seed) {
    RandomLane pages = new RandomLane(seed, "user_sessions.pages");
    return new ColumnTable(
        "my_app/user_sessions",
        rows,
        Column.utf8("user", (row, out) -> out.put("user_").number(row)),
        Column.int64("pages", row -> pages.between(row, 1, 40)));
  }

  /** A row for each day of 2024's first 365 and each of three regions. */
  private static SampleTable dailySales(long seed) {
    RandomLane orders = new RandomLane(seed, "daily_sales.orders");
    RandomLane revenue = new RandomLane(seed, "daily_sales.revenue");
    Words regions = Words.of("north,south,west");
    return new ColumnTable(
        "reports/daily_sales",
        (long) REPORTED_DAYS * regions.size(),
        Column.date("day", row -> REPORT_START + (int) (row / regions.size())),
        Column.utf8("region", (row, out) -> regions.put((int) (row % regions.size()), out)),
        Column.int64("orders", row -> orders.between(row, 50, 450)),
        Column.money("revenue", row -> revenue.between(row, 100_000, 2_500_000)));
  }
}
