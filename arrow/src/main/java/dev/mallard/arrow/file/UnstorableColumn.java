package dev.mallard.arrow.file;

import dev.mallard.error.MallardException;
import java.util.Optional;

/**
 * Why a format refused what it was given, where that is for one column alone: the cause of a {@link
 * MallardException}.
 */
public final class UnstorableColumn extends Exception {
  private static final long serialVersionUID = 1L;

  private final int column;
  private final String reason;

  /**
   * @param column index among the schema's fields
   * @param reason a few words: its type, or what it has
   */
  public UnstorableColumn(int column, String reason) {
    super(reason, null, false, false);
    this.column = column;
    this.reason = reason;
  }

  public int column() {
    return column;
  }

  public String reason() {
    return reason;
  }

  /** The column that is to blame; empty if it is none alone. */
  public static Optional<UnstorableColumn> of(MallardException error) {
    return error.getCause() instanceof UnstorableColumn cause
        ? Optional.of(cause)
        : Optional.empty();
  }
}
