package dev.mallard.server.security;

/** Options of {@code mallard serve}. */
@picocli.CommandLine.Command
final class TlsOptions {
  TlsConfig toConfig() {
    return TlsConfig.NONE;
  }
}
