package dev.mallard.access;

/** What one may be allowed to do. */
public enum Right {
  /** See, read and query datasets and tables. */
  READ,
  /** Put, append, drop and restore datasets; change SQL tables. */
  WRITE,
  /** See and do what concerns other callers and the server itself. */
  ADMIN
}
