package dev.mallard.duckdb;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** How many rows make a batch of about a megabyte, by the types of the columns. */
final class BatchSize {
  private static final long BYTES = 1 << 20;
  private static final int MIN_ROWS = 2_048;
  private static final int MAX_ROWS = 65_536;

  private BatchSize() {}

  static int rows(Schema schema) {
    long width = 1;
    for (Field field : schema.getFields()) {
      width += width(field);
    }
    return (int) Math.max(MIN_ROWS, Math.min(MAX_ROWS, BYTES / width));
  }

  private static long width(Field field) {
    if (field.getDictionary() != null) {
      return 4;
    }
    long own =
        switch (field.getType().getTypeID()) {
          case Bool, Null -> 1;
          case Int -> Math.max(1, ((ArrowType.Int) field.getType()).getBitWidth() / 8);
          case Date -> 4;
          case Decimal, Interval -> 16;
          case Utf8, Binary -> 20;
          case List, Map -> 12;
          default -> 8;
        };
    return own + field.getChildren().stream().mapToLong(BatchSize::width).sum();
  }
}
