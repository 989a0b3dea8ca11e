package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a bulk upload: whether DuckDB can read them, and whether they are those of the
 * table. What does not fit a table that is there is ALREADY_EXISTS, as ADBC has it.
 *
 * @see <a
 *     href="https://arrow.apache.org/adbc/current/format/specification.html#bulk-ingestion">Bulk
 *     ingestion</a>
 */
final class IngestColumns {
  private final Schema schema;

  IngestColumns(Schema schema) {
    this.schema = schema;
  }

  /**
   * @throws MallardException UNIMPLEMENTED for a column that DuckDB has no type for
   */
  void requireReadable() {
    for (Field column : schema.getFields()) {
      if (!isReadable(column)) {
        throw new MallardException(
            ErrorCode.UNIMPLEMENTED,
            "ingest: column '%s' is of type %s, which SQL tables cannot hold; send it as another type, or put it as a dataset"
                .formatted(column.getName(), column.getType()));
      }
    }
  }

  private static boolean isReadable(Field field) {
    ArrowType type = field.getType();
    boolean refused =
        (type instanceof ArrowType.Decimal decimal && decimal.getBitWidth() > 128)
            || (type instanceof ArrowType.FloatingPoint number
                && number.getPrecision() == FloatingPointPrecision.HALF)
            || (type instanceof ArrowType.Union union && union.getMode() == UnionMode.Dense);
    return !refused && field.getChildren().stream().allMatch(IngestColumns::isReadable);
  }

  /** Of a table that is to be made. */
  void requireDistinct() {
    if (schema.getFields().stream().anyMatch(column -> column.getName().isEmpty())) {
      throw MallardException.invalid("ingest: a column has no name; give it one");
    }
    Set<String> twice = twice();
    if (!twice.isEmpty()) {
      throw MallardException.invalid(
          "ingest: several columns are called %s; give each a name of its own (upper and lower case are the same)"
              .formatted(quoted(twice)));
    }
  }

  /**
   * @param table what it is called, for messages
   * @param columns the table's
   * @throws MallardException ALREADY_EXISTS if there are others in the upload
   */
  void requireIn(String table, List<String> columns) {
    Set<String> known = columns.stream().map(IngestColumns::folded).collect(Collectors.toSet());
    Set<String> unknown = new LinkedHashSet<>();
    for (Field column : schema.getFields()) {
      if (!known.contains(folded(column.getName()))) {
        unknown.add(column.getName());
      }
    }
    unknown.addAll(twice());
    if (!unknown.isEmpty()) {
      throw new MallardException(
          ErrorCode.ALREADY_EXISTS,
          "ingest: the table '%s' is there with the columns %s, and %s in the upload does not fit; rename it, or use the mode 'replace'"
              .formatted(table, quoted(columns), quoted(unknown)));
    }
  }

  /** A column whose type cannot become the table's does not fit either. */
  MallardException explained(MallardException failure) {
    String text = String.valueOf(failure.getMessage());
    return text.contains("Unimplemented type for cast")
        ? new MallardException(
            ErrorCode.ALREADY_EXISTS,
            "ingest: the upload does not fit the table that is there: " + text,
            failure)
        : failure;
  }

  private Set<String> twice() {
    Set<String> seen = new LinkedHashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (Field column : schema.getFields()) {
      if (!seen.add(folded(column.getName()))) {
        twice.add(column.getName());
      }
    }
    return twice;
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String quoted(Iterable<String> names) {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append(text.isEmpty() ? "'" : ", '").append(name).append("'"));
    return text.toString();
  }
}
