package dev.mallard.server.security;

import java.util.Optional;

/**
 * What is written down of each call.
 *
 * @param target a file, or {@value #LOGGER} for the log; empty for nothing
 * @param isRequired whether the server is not to serve without it
 */
public record AuditConfig(Optional<String> target, Statements statements, boolean isRequired) {
  public static final String LOGGER = "-";

  public static final AuditConfig NONE = new AuditConfig(Optional.empty(), Statements.TEXT, false);

  /** What is written of a statement. */
  public enum Statements {
    /** All of it, up to some length. */
    TEXT,
    /** Without literals and comments. */
    FINGERPRINT,
    NONE
  }
}
