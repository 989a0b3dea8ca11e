package dev.mallard.duckdb.fence;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;

/** How it is said that something may not be said. */
final class Refusal {
  static final String FILES =
      "; the operator can allow it with --allow-file-access if it is for files";

  private Refusal() {}

  /**
   * @param remedy what to do instead, after a semicolon; or empty
   */
  static MallardException of(String what, String remedy) {
    return new MallardException(
        ErrorCode.PERMISSION_DENIED, "SQL: " + what + " is not allowed here" + remedy);
  }
}
