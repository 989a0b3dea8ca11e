package dev.mallard.server.security;

/** Options of {@code mallard serve}. */
@picocli.CommandLine.Command
final class LimitOptions {
  LimitConfig toConfig() {
    return LimitConfig.DEFAULT;
  }
}
