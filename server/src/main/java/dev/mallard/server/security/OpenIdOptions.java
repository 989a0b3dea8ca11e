package dev.mallard.server.security;

/** Options of {@code mallard serve}. */
@picocli.CommandLine.Command
final class OpenIdOptions {
  OpenIdConfig toConfig() {
    return OpenIdConfig.NONE;
  }
}
