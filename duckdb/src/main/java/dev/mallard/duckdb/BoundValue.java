package dev.mallard.duckdb;

import org.jspecify.annotations.Nullable;

/**
 * A parameter's value as DuckDB's driver takes it, and what makes its exact type of that.
 *
 * @param value what the driver is given
 * @param type what the value is then, as DuckDB names it; empty for a null without a type
 * @param before what stands before the parameter in the statement to give it the type
 * @param after what stands after it
 * @param bare whether what the driver is given has the type already
 */
record BoundValue(@Nullable Object value, String type, String before, String after, boolean bare) {
  static final String TEXT = "VARCHAR";

  /** By a cast, which the driver's own types can do without. */
  static BoundValue cast(@Nullable Object value, String type, boolean bare) {
    return new BoundValue(value, type, "CAST(", " AS " + type + ")", bare);
  }

  /** A null of whatever type is wanted. */
  static BoundValue untyped() {
    return new BoundValue(null, "", "", "", true);
  }

  /** Text that is there has the type that its place wants, as a literal has. */
  boolean isText() {
    return type.equals(TEXT);
  }

  /** What stands in the statement for it. */
  String written(String mark) {
    return before + mark + after;
  }
}
