package dev.mallard.duckdb;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What to tell of parameters whose type DuckDB does not know before there is a value: a type that
 * DuckDB takes in the parameter's place, for drivers that convert what users set to the type that
 * they were told. Only that; any other may be bound.
 */
final class ParameterGuess {
  /** More parameters than these are text unseen. */
  private static final int MOST = 16;

  private static final List<String> OTHERS =
      List.of("TIMESTAMP", "DATE", "TIME", "INTERVAL", "BOOLEAN", "BLOB");

  private static final Pattern CALL = Pattern.compile("['\"]([^'\"(]+)\\((.*)\\)['\"]");
  private static final Pattern WHOLE_NUMBER =
      Pattern.compile("\\b(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER(_LITERAL)?)\\b");
  private static final Pattern FRACTION = Pattern.compile("\\b(DECIMAL|DOUBLE|FLOAT)\\b");

  private final ParameterMarks marks;
  private final List<String> inferred;

  private final Function<String, Probe> probes;

  ParameterGuess(ParameterMarks marks, List<String> inferred, Function<String, Probe> probes) {
    this.marks = marks;
    this.inferred = inferred;
    this.probes = probes;
  }

  /**
   * What DuckDB says of a text.
   *
   * @param error why it does not take it, else empty
   * @param types of its parameters; empty for each that it does not know
   */
  record Probe(String error, List<String> types) {}

  /** A type for each parameter. */
  List<String> types() {
    List<String> types = new ArrayList<>(inferred);
    List<Integer> unknown = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      if (inferred.get(i).isEmpty()) {
        unknown.add(i);
        types.set(i, unknown.size() <= MOST ? type(i) : BoundValue.TEXT);
      }
    }
    for (int i : unknown) {
      if (unknown.size() > 1 && unknown.size() <= MOST) {
        types.set(i, besideOthers(i, types));
      }
    }
    return types;
  }

  /** One parameter that it does not know keeps DuckDB from saying what it knows of others. */
  private String besideOthers(int parameter, List<String> types) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      String mark = ParameterMarks.mark(i);
      all.add(i == parameter ? mark : BoundValue.cast(null, types.get(i), false).written(mark));
    }
    List<String> known = probes.apply(marks.with(all)).types();
    String type = known.size() == marks.count() ? known.get(parameter) : "";
    return type.isEmpty() ? types.get(parameter) : type;
  }

  private String type(int parameter) {
    String error = errorOf(parameter, BoundValue.TEXT);
    if (error.isEmpty()) {
      return BoundValue.TEXT;
    }
    List<String> candidates = new ArrayList<>(numbers(error));
    candidates.addAll(OTHERS);
    return candidates.stream()
        .filter(type -> errorOf(parameter, type).isEmpty())
        .findFirst()
        .orElse(BoundValue.TEXT);
  }

  private String errorOf(int parameter, String type) {
    return probes.apply(with(parameter, type)).error();
  }

  /** Beside whole numbers a whole one, which loses nothing; elsewhere one that takes fractions. */
  private static List<String> numbers(String error) {
    Matcher call = CALL.matcher(error);
    boolean besideWhole =
        call.find()
            && !Character.isLetter(call.group(1).charAt(0))
            && WHOLE_NUMBER.matcher(call.group(2)).find()
            && !FRACTION.matcher(call.group(2)).find();
    return besideWhole
        ? List.of("BIGINT", "INTEGER", "DOUBLE")
        : List.of("DOUBLE", "BIGINT", "INTEGER");
  }

  /** The statement with nulls for parameters. */
  private String with(int parameter, String type) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      String known = i == parameter ? type : inferred.get(i);
      all.add(known.isEmpty() ? "NULL" : "CAST(NULL AS " + known + ")");
    }
    return marks.with(all);
  }
}
