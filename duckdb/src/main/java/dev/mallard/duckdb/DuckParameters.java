package dev.mallard.duckdb;

import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.duckdb.DuckDBTimestamp;
import org.jspecify.annotations.Nullable;

/** Rows of Arrow values as parameters of a DuckDB statement, every value exact. */
final class DuckParameters {
  private DuckParameters() {}

  /**
   * The values of a row, in the order of the statement's parameters.
   *
   * @throws MallardException INVALID_ARGUMENT if there are more or fewer columns than parameters,
   *     or DuckDB has no such value
   */
  static List<BoundValue> of(ParameterMarks marks, VectorSchemaRoot rows, int row) {
    int given = rows.getFieldVectors().size();
    if (given != marks.count()) {
      throw MallardException.invalid(
          "parameters: " + given + " were given (expected: " + marks.count() + ")");
    }
    List<FieldVector> columns = inOrder(marks, rows);
    List<BoundValue> values = new ArrayList<>(given);
    for (int i = 0; i < given; i++) {
      values.add(value(columns.get(i), row, marks.name(i)));
    }
    return values;
  }

  /** By name, if the statement has names and the columns have just those; else as they come. */
  private static List<FieldVector> inOrder(ParameterMarks marks, VectorSchemaRoot rows) {
    List<FieldVector> columns = rows.getFieldVectors();
    if (!marks.areNamed()) {
      return columns;
    }
    List<FieldVector> ordered = new ArrayList<>();
    for (int i = 0; i < marks.count(); i++) {
      String name = marks.name(i);
      Optional<FieldVector> found =
          columns.stream()
              .filter(column -> column.getName().toLowerCase(Locale.ROOT).equals(name))
              .findFirst();
      if (found.isEmpty()) {
        return columns;
      }
      ordered.add(found.get());
    }
    return ordered;
  }

  private static BoundValue value(FieldVector column, int row, String parameter) {
    ParameterValues.Place place = ParameterValues.resolve(new ParameterValues.Place(column, row));
    FieldVector vector = place.vector();
    Field field = vector.getField();
    switch (vector.getMinorType()) {
      case NULL:
        return BoundValue.untyped();
      case MAP:
        return map((MapVector) vector, place.row(), parameter);
      default:
    }
    String type = ParameterTypes.of(field, parameter);
    Object value = new ParameterValues(parameter).of(vector, place.row());
    return BoundValue.cast(value, type, isBare(value, type));
  }

  /** Whether the driver makes this very type of it. */
  private static boolean isBare(@Nullable Object value, String type) {
    if (value == null) {
      return false;
    }
    return switch (type) {
      case "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "BLOB" -> true;
      case BoundValue.TEXT, "TIME" -> true;
      case "DATE" -> !(value instanceof String);
      case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE" -> value instanceof DuckDBTimestamp;
      default -> false;
    };
  }

  /** The driver's own maps lose the order of their entries. */
  private static BoundValue map(MapVector vector, int row, String parameter) {
    Field entries = vector.getField().getChildren().get(0);
    String key = ParameterTypes.of(entries.getChildren().get(0), parameter);
    String value = ParameterTypes.of(entries.getChildren().get(1), parameter);
    String list = "STRUCT(key " + key + ", \"value\" " + value + ")[]";
    return new BoundValue(
        new ParameterValues(parameter).entries(vector, row, list),
        "MAP(" + key + ", " + value + ")",
        "map_from_entries(CAST(",
        " AS " + list + "))",
        false);
  }
}
