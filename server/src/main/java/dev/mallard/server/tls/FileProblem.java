package dev.mallard.server.tls;

/** A file that cannot be used, in words for the operator. */
final class FileProblem extends Exception {
  private static final long serialVersionUID = 1L;

  FileProblem(String message, Throwable cause) {
    super(message, cause);
  }

  FileProblem(String message) {
    super(message);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
