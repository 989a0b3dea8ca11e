package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Interrupts;
import dev.mallard.client.ClientSettings;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands here share: a console, errors in one line with their exit code, and Ctrl-C that
 * stops what is under way.
 */
abstract class ConsoleCommand implements Callable<Integer> {
  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  ConsoleCommand(Console console) {
    this.console = console;
  }

  final Console console() {
    return console;
  }

  final CommandSpec spec() {
    return Objects.requireNonNull(spec);
  }

  @Override
  public final Integer call() {
    try (Interrupts.Watch watch = console.interrupts().watch()) {
      return callWatched();
    } finally {
      // It has done its work, and must not end what comes after.
      Thread.interrupted();
    }
  }

  private int callWatched() {
    try {
      int exitCode = run();
      console.text().flush();
      console.out().flush();
      return exitCode;
    } catch (Exception | OutOfMemoryError e) {
      if (console.interrupts().isInterrupted()) {
        return new Failure(Interrupts.EXIT_CODE, "interrupted").report(console, spec().name());
      }
      return Failure.of(e, server()).report(console, spec().name());
    }
  }

  /** For messages about the connection. */
  @Nullable ClientSettings server() {
    return null;
  }

  /** Does it; returns the exit code. */
  abstract int run() throws IOException;
}
