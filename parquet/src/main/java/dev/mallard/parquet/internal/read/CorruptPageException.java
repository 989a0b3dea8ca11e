package dev.mallard.parquet.internal.read;

/**
 * Something within a column is not as it must be. Thrown deep inside decoders, which do not know
 * their column; {@link ColumnReader} turns it into an error that names the column.
 */
final class CorruptPageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CorruptPageException(String message) {
    super(message);
  }

  CorruptPageException(String message, Throwable cause) {
    super(message, cause);
  }
}
