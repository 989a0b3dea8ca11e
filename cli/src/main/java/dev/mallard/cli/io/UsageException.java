package dev.mallard.cli;

/** The command line asks for what cannot be: exit code 2, and no stack trace. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message, null, false, false);
  }
}
