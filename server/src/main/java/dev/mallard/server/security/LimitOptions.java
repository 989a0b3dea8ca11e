package dev.mallard.server.security;

import dev.mallard.error.MallardException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of {@code mallard serve}. */
@Command
final class LimitOptions {
  @Option(
      names = "--max-statements-per-caller",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Statements of one caller that may run or wait at a time; 0 for any number. This and the"
              + " limits below hold where callers sign in (default: ${DEFAULT-VALUE}).")
  int statements = LimitConfig.DEFAULT.statements();

  @Option(
      names = "--max-streams-per-caller",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Calls of one caller that may be under way at a time, streams and others; 0 for any number"
              + " (default: ${DEFAULT-VALUE}).")
  int streams = LimitConfig.DEFAULT.streams();

  @Option(
      names = "--max-connections-per-caller",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Open connections over which one caller may call; 0 for any number (default: ${DEFAULT-VALUE}).")
  int connections = LimitConfig.DEFAULT.connections();

  @Option(
      names = "--max-sessions-per-caller",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "Sessions that one caller may have at a time; 0 for any number (default: ${DEFAULT-VALUE}).")
  int sessions = LimitConfig.DEFAULT.sessions();

  @Option(
      names = "--quota",
      paramLabel = "SIZE",
      defaultValue = "0",
      converter = ByteSize.class,
      description =
          "Bytes of datasets that one caller may have stored: of the versions that it has put, kept ones and appended"
              + " ones as a whole included, and of its uploads under way. SQL tables are not counted, as they share"
              + " one file; 0 for no limit (default: ${DEFAULT-VALUE}).")
  long quota;

  /**
   * @throws MallardException INVALID_ARGUMENT if one of them is negative
   */
  LimitConfig toConfig() {
    return new LimitConfig(
        notNegative("--max-statements-per-caller", statements),
        notNegative("--max-streams-per-caller", streams),
        notNegative("--max-connections-per-caller", connections),
        notNegative("--max-sessions-per-caller", sessions),
        quota);
  }

  private static int notNegative(String option, int value) {
    if (value < 0) {
      throw MallardException.invalid(option + ": " + value + " (expected: 0 or more)");
    }
    return value;
  }
}
