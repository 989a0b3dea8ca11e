package dev.mallard.server.security;

import dev.mallard.error.MallardException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of {@code mallard serve}. */
@Command
final class AuditOptions {
  @Option(
      names = "--audit",
      paramLabel = "FILE",
      description =
          "Append a line of JSON to this file for each call, health checks excepted: who, from where, what of, and"
              + " what came of it; - for the log (mallard.audit). Rename the file to begin a new one.")
  @Nullable String target;

  @Option(
      names = "--audit-statements",
      paramLabel = "HOW",
      defaultValue = "text",
      description =
          "What of a statement is written there: its text, which has what users write into it; its fingerprint,"
              + " without literals and comments; or none of it (default: ${DEFAULT-VALUE}).")
  String statements = "text";

  @Option(
      names = "--audit-required",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Do not serve without it: if it cannot be written, refuse new calls and stop. Otherwise lines that are"
              + " lost are counted, in the log and in the file.")
  boolean isRequired;

  /**
   * @throws MallardException INVALID_ARGUMENT
   */
  AuditConfig toConfig() {
    if (isRequired && target == null) {
      throw MallardException.invalid("--audit-required: there is no --audit FILE to be written");
    }
    if (target != null && target.isBlank()) {
      throw MallardException.invalid("--audit: '' (expected: a file, or - for the log)");
    }
    return new AuditConfig(Optional.ofNullable(target), statements(), isRequired);
  }

  private AuditConfig.Statements statements() {
    for (AuditConfig.Statements known : AuditConfig.Statements.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(statements)) {
        return known;
      }
    }
    throw MallardException.invalid(
        "--audit-statements: '" + statements + "' (expected: text, fingerprint or none)");
  }
}
