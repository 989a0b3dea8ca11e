package dev.mallard.duckdb;

import dev.mallard.query.SqlDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What a dataset's view selects: its files' columns as they are, but for those that DuckDB would
 * give another meaning, and those that it cannot have at all. The latter are there, with a name and
 * without a value: whoever asks for one is told why, and nobody else notices.
 */
final class DatasetSelect {
  private final SqlDataset dataset;
  private final List<String> columns = new ArrayList<>();
  private final List<String> places = new ArrayList<>();
  private boolean isPlain = true;

  private final List<String> types;

  private DatasetSelect(SqlDataset dataset, List<String> types) {
    this.dataset = dataset;
    this.types = types;
  }

  /**
   * @param types DuckDB's, of the files' columns; only needed where one is blank
   */
  static String of(SqlDataset dataset, List<String> types) {
    return new DatasetSelect(dataset, types).text();
  }

  /** The rows of its files, whatever their columns are called. */
  static String rows(SqlDataset dataset) {
    String files =
        dataset.files().stream()
            .map(file -> SqlNames.literal(file.toString()))
            .collect(Collectors.joining(", "));
    List<Field> partitions = dataset.partitionColumns();
    String hive = "hive_partitioning = " + !partitions.isEmpty();
    if (!partitions.isEmpty()) {
      hive +=
          ", hive_types = {"
              + partitions.stream()
                  .map(field -> SqlNames.literal(field.getName()) + ": " + hiveType(field))
                  .collect(Collectors.joining(", "))
              + "}";
    }
    return "read_parquet([" + files + "], " + hive + ")";
  }

  private static String hiveType(Field field) {
    return field.getType() instanceof ArrowType.Int ? "BIGINT" : "VARCHAR";
  }

  private String text() {
    List<Field> fields = dataset.schema().getFields();
    int partitions = (int) fields.stream().filter(dataset.partitionColumns()::contains).count();
    if (dataset.missing().size() == fields.size() - partitions) {
      places.add("rows_only"); // The file has one column, or it would have no rows.
    }
    for (int i = 0; i < fields.size(); i++) {
      add(i, fields.get(i));
    }
    if (isPlain) {
      return "SELECT * FROM " + rows(dataset);
    }
    return "SELECT "
        + String.join(", ", columns)
        + " FROM "
        + rows(dataset)
        + " AS dataset("
        + String.join(", ", places)
        + ")";
  }

  /** By their places: names may be there twice. */
  private void add(int index, Field field) {
    String name = field.getName().isEmpty() ? "column" + index : field.getName();
    String place = "c" + index;
    String value;
    String missing = dataset.missing().get(index);
    if (missing != null) {
      value = UnavailableColumns.error(dataset, field, missing);
      isPlain = false;
    } else {
      places.add(place);
      value = value(index, field, place);
      isPlain &= value.equals(place);
    }
    columns.add(value + " AS " + SqlNames.quote(name));
  }

  /** Its place is the last so far. */
  private String value(int index, Field field, String place) {
    String blank = dataset.blank().get(index);
    if (blank != null) {
      // Of the type that it would have; not made of the column, which DuckDB knows to be all null.
      String type = types.get(places.size() - 1);
      return UnavailableColumns.error(dataset, field, blank) + "::" + type;
    }
    Optional<String> why = UnavailableColumns.why(field);
    if (why.isPresent()) {
      return UnavailableColumns.error(dataset, field, why.get());
    }
    return field.getType() instanceof ArrowType.Duration duration
        ? interval(duration, field, place)
        : place;
  }

  /** A duration is whole units in a file; an interval has microseconds, as many as 64 bits hold. */
  private String interval(ArrowType.Duration duration, Field field, String place) {
    return switch (duration.getUnit()) {
      case SECOND -> longer(field, place, 1_000_000);
      case MILLISECOND -> longer(field, place, 1_000);
      case MICROSECOND -> "to_microseconds(" + place + ")";
      case NANOSECOND ->
          guarded(
              place + " % 1000 <> 0",
              UnavailableColumns.error(dataset, field, "has a duration finer than a microsecond"),
              place + " // 1000");
    };
  }

  private String longer(Field field, String place, long micros) {
    long most = Long.MAX_VALUE / micros;
    return guarded(
        place + " NOT BETWEEN -" + most + " AND " + most,
        UnavailableColumns.error(dataset, field, "has a duration too long for microseconds"),
        place + " * " + micros);
  }

  private static String guarded(String wrong, String error, String micros) {
    return "to_microseconds(CASE WHEN "
        + wrong
        + " THEN "
        + error
        + "::BIGINT ELSE "
        + micros
        + " END)";
  }
}
