package dev.mallard.generate;

import dev.mallard.error.MallardException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The kinds of sample data, by the names that people call them. */
public enum SampleKind {
  SAMPLE("sample", "ids, dates, categories, numbers, flags and text") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      return List.of(FlatTables.sample(rows(size, 100_000), seed));
    }
  },
  FEATHER_DEMO("feather-demo", "a flag with nulls and a struct with nulls") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      return List.of(FlatTables.featherDemo("large_table", rows(size, 50_000), seed));
    }
  },
  MIXED("mixed", "the benchmark's table: int64, date, two strings, two doubles, bool") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      return List.of(FlatTables.mixed(rows(size, 10_000_000), seed));
    }
  },
  BATCH("batch", "one upload of a throughput test: int64 and a short string") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      return List.of(FlatTables.batch(rows(size, 131_072), seed));
    }
  },
  DEMO("demo", "four small datasets to look around in") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      refuseRows(size);
      return DemoTables.all(seed);
    }
  },
  TPCH("tpch", "the eight tables of TPC-H at a scale factor") {
    @Override
    List<SampleTable> make(SampleSize size, long seed) {
      refuseRows(size);
      return TpchTables.all(size.scaleFactor().orElse(0.1), seed);
    }
  };

  /** At this seed, all of TPC-H's queries find something at scale factor 0.01 already. */
  public static final long DEFAULT_SEED = 100;

  private final String label;
  private final String description;

  SampleKind(String label, String description) {
    this.label = label;
    this.description = description;
  }

  /**
   * The kind of a name.
   *
   * @throws MallardException INVALID_ARGUMENT if there is none, with the names that there are
   */
  public static SampleKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                MallardException.invalid(
                    "kind of sample data: '" + label + "' (expected one of: " + labels() + ")"));
  }

  /** The name on the command line. */
  public String label() {
    return label;
  }

  /** A few words on what it is, for help texts. */
  public String description() {
    return description;
  }

  /** Whether its size is a scale factor; otherwise it is a number of rows, or fixed. */
  public boolean isScaled() {
    return this == TPCH;
  }

  /**
   * The tables, one or more; the same seed and size always give the same ones.
   *
   * @throws MallardException INVALID_ARGUMENT if the size is none for this kind
   */
  public List<SampleTable> tables(SampleSize size, long seed) {
    if (size.scaleFactor().isPresent() && !isScaled()) {
      throw MallardException.invalid(
          "scale factor: sample data of kind '" + label + "' has none; only 'tpch' does");
    }
    return make(size, seed);
  }

  abstract List<SampleTable> make(SampleSize size, long seed);

  long rows(SampleSize size, long otherwise) {
    long rows = size.rows().orElse(otherwise);
    if (rows < 0) {
      throw MallardException.invalid("number of rows: " + rows + " (expected: >= 0)");
    }
    return rows;
  }

  void refuseRows(SampleSize size) {
    if (size.rows().isPresent()) {
      String remedy = isScaled() ? "give a scale factor instead" : "its size is fixed";
      throw MallardException.invalid(
          "number of rows: sample data of kind '" + label + "' takes none; " + remedy);
    }
  }

  private static String labels() {
    return Arrays.stream(values()).map(SampleKind::label).collect(Collectors.joining(", "));
  }
}
