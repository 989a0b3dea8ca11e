package dev.mallard.generate;

import java.time.LocalDate;
import java.util.function.LongPredicate;
import java.util.function.LongToDoubleFunction;

/** The sample tables that stand alone. */
final class FlatTables {
  private static final int FIRST_DAY = (int) LocalDate.of(2020, 1, 1).toEpochDay();
  private static final int FOUR_YEARS = 1461;
  private static final int LETTERS = 10;

  private FlatTables() {}

  /** Ids from 1; one row a day from 2020 to 2023, and again from 2020. */
  static SampleTable sample(long rows, long seed) {
    RandomLane text = new RandomLane(seed, "text");
    return new ColumnTable(
        "sample",
        rows,
        Column.int64("id", row -> row + 1),
        Column.date("date", row -> FIRST_DAY + (int) (row % FOUR_YEARS)),
        category(seed),
        Column.float64("value1", value1(seed)),
        Column.float64("value2", value2(seed)),
        active(seed),
        Column.utf8("text", (row, out) -> letters(text.bits(row), out)));
  }

  /** What DuckDB and pandas users will aggregate: five categories, A to E. */
  static Column category(long seed) {
    RandomLane lane = new RandomLane(seed, "category");
    return Column.utf8("category", (row, out) -> out.put((char) ('A' + lane.below(row, 5))));
  }

  /** Normal, of mean 100 and standard deviation 15. */
  static LongToDoubleFunction value1(long seed) {
    RandomLane lane = new RandomLane(seed, "value1");
    return row -> lane.normal(row, 100, 15);
  }

  /** Exponential, of mean 50. */
  static LongToDoubleFunction value2(long seed) {
    RandomLane lane = new RandomLane(seed, "value2");
    return row -> lane.exponential(row, 50);
  }

  static Column active(long seed) {
    RandomLane lane = new RandomLane(seed, "active");
    return Column.bool("active", row -> lane.chance(row, 0.7));
  }

  /** Ids from 0; a tenth of the flags and an eighth of the structs are null. */
  static SampleTable featherDemo(String name, long rows, long seed) {
    RandomLane active = new RandomLane(seed, "is_active");
    RandomLane activeNull = new RandomLane(seed, "is_active null");
    RandomLane source = new RandomLane(seed, "metadata.source");
    RandomLane score = new RandomLane(seed, "metadata.score");
    RandomLane metadataNull = new RandomLane(seed, "metadata null");
    Words sources = Words.of("web,mobile");
    LongPredicate noMetadata = row -> metadataNull.below(row, 8) == 0;
    return new ColumnTable(
        name,
        rows,
        Column.int64("id", row -> row),
        Column.bool("is_active", row -> active.chance(row, 0.5))
            .withNulls(row -> activeNull.below(row, 10) == 0),
        Column.utf8("name", (row, out) -> out.put("user_").number(row)),
        Column.struct(
            "metadata",
            noMetadata,
            Column.utf8("source", noMetadata, (row, out) -> sources.pick(source.bits(row), out)),
            Column.float64("score", score::uniform).withNulls(noMetadata)));
  }

  /** As in the benchmark: ids from 0, days in order, 50 cities, 100,000 customers. */
  static SampleTable mixed(long rows, long seed) {
    RandomLane city = new RandomLane(seed, "city");
    RandomLane customer = new RandomLane(seed, "customer");
    RandomLane price = new RandomLane(seed, "price");
    RandomLane score = new RandomLane(seed, "score");
    return new ColumnTable(
        "mixed",
        rows,
        Column.int64("id", row -> row),
        Column.date("day", row -> 18_000 + (int) (row * 2_500 / rows)),
        Column.utf8("city", (row, out) -> out.put("city").number(city.below(row, 50))),
        Column.utf8("customer", (row, out) -> out.put('c').digits(customer.below(row, 100_000), 5)),
        Column.float64("price", row -> Math.rint(price.normal(row, 100, 15) * 100) / 100),
        Column.float64("score", row -> score.exponential(row, 1)),
        active(seed));
  }

  /** About 16 bytes a row, ids from 0. */
  static SampleTable batch(long rows, long seed) {
    RandomLane value = new RandomLane(seed, "value");
    return new ColumnTable(
        "batch",
        rows,
        Column.int64("id", row -> row),
        Column.utf8("value", (row, out) -> out.put('v').digits(value.below(row, 1_000), 3)));
  }

  /** Ten small letters. */
  private static void letters(long bits, TextWriter out) {
    long rest = bits >>> 1;
    for (int i = 0; i < LETTERS; i++) {
      out.put((char) ('a' + rest % 26));
      rest /= 26;
    }
  }
}
