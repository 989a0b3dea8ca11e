package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.error.Closer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A statement's forms for the types of parameters that were bound. Where these are what DuckDB
 * infers anyway it is the statement itself; else the types are written into it, so that what is
 * bound has its exact type, a null too, and the result's types are known before it runs.
 */
final class StatementForms {
  private static final int MOST = 8;

  private final DuckConnection connection;
  private final ParameterMarks marks;
  private final StatementForm plain;
  private final List<String> inferred;

  /** By text; the one that was made first goes first. */
  private final Map<String, StatementForm> typed = new LinkedHashMap<>();

  /**
   * @param plain closed with this
   */
  StatementForms(DuckConnection connection, ParameterMarks marks, StatementForm plain)
      throws SQLException {
    this.connection = connection;
    this.marks = marks;
    this.plain = plain;
    this.inferred = plain.parameterTypes();
  }

  /** What DuckDB infers without any value; empty where it cannot. */
  List<String> inferred() {
    return inferred;
  }

  boolean areAllInferred() {
    return inferred.stream().noneMatch(String::isEmpty);
  }

  /** The one to run with these values. It stays open until the next is asked for. */
  StatementForm of(List<BoundValue> values) throws SQLException {
    if (fitsPlain(values)) {
      return plain;
    }
    boolean hasText = values.stream().anyMatch(BoundValue::isText);
    if (hasText && connection.isInTransaction()) {
      // What fails to bind would end it.
      boolean literally = !connection.probe(marks.with(written(values, false))).error().isEmpty();
      return typed(written(values, literally));
    }
    try {
      return typed(written(values, false));
    } catch (SQLException e) {
      if (!hasText || !DuckErrors.isOfTypes(e)) {
        throw e;
      }
      return typed(written(values, true));
    }
  }

  /** The one for parameters of these types. */
  StatementForm ofTypes(List<String> types) throws SQLException {
    return typed(numbered((mark, i) -> BoundValue.cast(null, types.get(i), false).written(mark)));
  }

  private boolean fitsPlain(List<BoundValue> values) {
    if (!areAllInferred()) {
      return false;
    }
    boolean onlyCounts = !plain.returnsRows() && plain.parsed().kind() == StatementKind.CHANGE;
    for (int i = 0; i < values.size(); i++) {
      BoundValue value = values.get(i);
      boolean fits =
          onlyCounts
              ? value.bare() || value.value() == null
              : value.value() != null
                  && value.bare()
                  && (value.isText() || value.type().equals(inferred.get(i)));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private interface Written {
    String of(String mark, int parameter);
  }

  private List<String> numbered(Written written) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      all.add(written.of(ParameterMarks.mark(i), i));
    }
    return all;
  }

  /**
   * @param literally whether text is to be what its place wants, whatever that is
   */
  private List<String> written(List<BoundValue> values, boolean literally) {
    return numbered(
        (mark, i) -> {
          BoundValue value = values.get(i);
          boolean asIs =
              value.isText()
                  && (literally || (value.value() != null && !inferred.get(i).isEmpty()));
          return asIs ? mark : value.written(mark);
        });
  }

  /**
   * @param written what stands for each parameter
   */
  private StatementForm typed(List<String> written) throws SQLException {
    if (written.equals(numbered((mark, i) -> mark))) {
      return plain;
    }
    String text = marks.with(written);
    StatementForm known = typed.get(text);
    if (known != null) {
      if (connection.isCurrent(known.bound().hold(), known.definitions())) {
        return known;
      }
      typed.remove(text);
      known.close();
    }
    while (typed.size() >= MOST) {
      Iterator<StatementForm> oldest = typed.values().iterator();
      StatementForm last = oldest.next();
      oldest.remove();
      last.close();
    }
    StatementForm form = connection.form(plain.parsed().withSql(text), written);
    typed.put(text, form);
    return form;
  }

  void close() {
    try (Closer all = new Closer()) {
      all.add(plain::close);
      typed.values().forEach(form -> all.add(form::close));
      typed.clear();
    }
  }
}
