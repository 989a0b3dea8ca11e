package dev.mallard.generate;

/** Parts, and who supplies them. */
final class TpchParts {
  private static final int NAME_WORDS = 5;

  private final TpchScale scale;
  private final TpchTextPool pool;
  private final long seed;

  TpchParts(TpchScale scale, TpchTextPool pool, long seed) {
    this.scale = scale;
    this.pool = pool;
    this.seed = seed;
  }

  SampleTable part() {
    RandomLane name = lane("p_name");
    RandomLane manufacturer = lane("p_mfgr");
    RandomLane brand = lane("p_brand");
    RandomLane type = lane("p_type");
    RandomLane size = lane("p_size");
    RandomLane container = lane("p_container");
    return new ColumnTable(
        "part",
        scale.parts(),
        Column.int64("p_partkey", row -> row + 1),
        Column.utf8("p_name", (row, out) -> name(name.bits(row), out)),
        Column.utf8(
            "p_mfgr",
            (row, out) -> out.put("Manufacturer#").digits(manufacturer.between(row, 1, 5), 1)),
        Column.utf8(
            "p_brand",
            (row, out) ->
                out.put("Brand#")
                    .digits(manufacturer.between(row, 1, 5), 1)
                    .digits(brand.between(row, 1, 5), 1)),
        Column.utf8("p_type", (row, out) -> type(type.bits(row), out)),
        Column.int32("p_size", row -> size.between(row, 1, 50)),
        Column.utf8("p_container", (row, out) -> container(container.bits(row), out)),
        Column.money("p_retailprice", row -> TpchScale.retailPrice(row + 1)),
        comment("p_comment", 5, 22));
  }

  SampleTable partsupp() {
    RandomLane available = lane("ps_availqty");
    RandomLane cost = lane("ps_supplycost");
    int each = TpchScale.SUPPLIERS_PER_PART;
    return new ColumnTable(
        "partsupp",
        (long) each * scale.parts(),
        Column.int64("ps_partkey", row -> row / each + 1),
        Column.int64(
            "ps_suppkey", row -> scale.supplierOf((int) (row / each) + 1, (int) (row % each))),
        Column.int32("ps_availqty", row -> available.between(row, 1, 9_999)),
        Column.money("ps_supplycost", row -> cost.between(row, 100, 100_000)),
        comment("ps_comment", 49, 198));
  }

  /** Five colours, no two the same: a bit for each of the 92 tells which are taken. */
  private static void name(long seedBits, TextWriter out) {
    Words colours = TpchVocabulary.COLOURS;
    long bits = seedBits;
    long takenLow = 0;
    long takenHigh = 0;
    for (int chosen = 0; chosen < NAME_WORDS; bits = RandomLane.more(bits)) {
      int colour = RandomLane.reduce(bits, colours.size());
      long mark = 1L << colour;
      if (((colour < Long.SIZE ? takenLow : takenHigh) & mark) != 0) {
        continue;
      }
      if (colour < Long.SIZE) {
        takenLow |= mark;
      } else {
        takenHigh |= mark;
      }
      if (chosen++ > 0) {
        out.put(' ');
      }
      colours.put(colour, out);
    }
  }

  private static void type(long bits, TextWriter out) {
    long second = RandomLane.more(bits);
    TpchVocabulary.TYPE_CLASSES.pick(bits, out);
    out.put(' ');
    TpchVocabulary.TYPE_FINISHES.pick(second, out);
    out.put(' ');
    TpchVocabulary.TYPE_METALS.pick(RandomLane.more(second), out);
  }

  private static void container(long bits, TextWriter out) {
    TpchVocabulary.CONTAINER_SIZES.pick(bits, out);
    out.put(' ');
    TpchVocabulary.CONTAINER_FORMS.pick(RandomLane.more(bits), out);
  }

  private RandomLane lane(String column) {
    return new RandomLane(seed, column);
  }

  private Column comment(String name, int minLength, int maxLength) {
    RandomLane lane = lane(name);
    return Column.utf8(name, (row, out) -> pool.comment(lane.bits(row), minLength, maxLength, out));
  }
}
