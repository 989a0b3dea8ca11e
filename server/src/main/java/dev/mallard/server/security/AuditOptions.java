package dev.mallard.server.security;

/** Options of {@code mallard serve}. */
@picocli.CommandLine.Command
final class AuditOptions {
  AuditConfig toConfig() {
    return AuditConfig.NONE;
  }
}
