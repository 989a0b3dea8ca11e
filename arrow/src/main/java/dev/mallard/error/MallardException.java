package dev.mallard.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that carries an error to a client. Its message says what was wrong with which
 * input and what to do; it never holds a server path or another exception's text that might (the
 * cause is for the log only).
 */
public final class MallardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public MallardException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public MallardException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }

  /** Short for the commonest code: something in the request is wrong. */
  public static MallardException invalid(String message) {
    return new MallardException(ErrorCode.INVALID_ARGUMENT, message);
  }

  public static MallardException notFound(String message) {
    return new MallardException(ErrorCode.NOT_FOUND, message);
  }
}
