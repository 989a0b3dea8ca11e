package dev.mallard.server.security;

/** Options of {@code mallard serve}. */
@picocli.CommandLine.Command
final class SignInOptions {
  SignInConfig toConfig() {
    return SignInConfig.OPEN;
  }
}
