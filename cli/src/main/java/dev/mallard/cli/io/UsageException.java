package dev.mallard.cli.io;

/** The command line asks for what cannot be: exit code 2, and no stack trace. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message, null, false, false);
  }
}
