package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlDataset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Columns that a dataset has and SQL cannot show without changing them. */
final class UnavailableColumns {
  /** The most digits of DuckDB's decimals; it reads others as DOUBLE. */
  private static final int MOST_DIGITS = 38;

  private static final String REMEDY = ": not available in SQL; get the dataset by its name";

  private static final Pattern MESSAGE =
      Pattern.compile(
          "^Invalid Input Error: (column '.*' of dataset '.*' \\(.*\\)" + REMEDY + ")$",
          Pattern.DOTALL);

  private UnavailableColumns() {}

  /** Why DuckDB cannot have a column that Parquet has; empty if it can. */
  static Optional<String> why(Field field) {
    if (field.getType() instanceof ArrowType.Decimal decimal
        && decimal.getPrecision() > MOST_DIGITS) {
      return Optional.of("decimal(" + decimal.getPrecision() + ", " + decimal.getScale() + ")");
    }
    for (Field child : field.getChildren()) {
      // Its values cannot be reached from outside.
      Optional<String> inner =
          child.getType() instanceof ArrowType.Duration ? Optional.of("duration") : why(child);
      if (inner.isPresent()) {
        return Optional.of(
            inner.get()
                + " within "
                + field.getType().getTypeID().name().toLowerCase(java.util.Locale.ROOT));
      }
    }
    return Optional.empty();
  }

  /** Whether a dataset's column cannot be had, as far as its type says so. */
  static boolean isRefused(Field field) {
    return why(field).isPresent() || !isInParquet(field);
  }

  /** Feather datasets are read by way of Parquet. */
  private static boolean isInParquet(Field field) {
    boolean isEncoded = field.getDictionary() != null;
    boolean itself =
        switch (field.getType().getTypeID()) {
          case Union, RunEndEncoded, ListView, LargeListView -> false;
          case Struct -> !isEncoded && !field.getChildren().isEmpty();
          case List, LargeList, FixedSizeList, Map -> !isEncoded;
          case Decimal -> {
            ArrowType.Decimal decimal = (ArrowType.Decimal) field.getType();
            yield decimal.getScale() >= 0 && decimal.getScale() <= decimal.getPrecision();
          }
          default -> true;
        };
    return itself && field.getChildren().stream().allMatch(UnavailableColumns::isInParquet);
  }

  /** SQL that fails if it is run, and only then. */
  static String error(SqlDataset dataset, Field field, String why) {
    return "error("
        + SqlNames.literal(
            "column '"
                + field.getName()
                + "' of dataset '"
                + dataset.name().dataset()
                + "' ("
                + why
                + ")"
                + REMEDY)
        + ")";
  }

  /**
   * @param text of DuckDB's error
   * @return empty if it is of another kind
   */
  static Optional<MallardException> problem(String text, Throwable error) {
    Matcher matcher = MESSAGE.matcher(text);
    return matcher.matches()
        ? Optional.of(new MallardException(ErrorCode.UNIMPLEMENTED, matcher.group(1), error))
        : Optional.empty();
  }
}
