package dev.mallard.server.users;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands on the access folder share: where it is, and errors in one line. */
abstract class AccessCommand implements Callable<Integer> {
  private static final String ACCESS = "MALLARD_ACCESS";

  private final CommandIo io;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--access",
      paramLabel = "DIR",
      description = "The access folder, as for serve (default: MALLARD_ACCESS).")
  private @Nullable Path access;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  private boolean help;

  AccessCommand(CommandIo io) {
    this.io = io;
  }

  final CommandIo io() {
    return io;
  }

  final PrintWriter out() {
    return spec().commandLine().getOut();
  }

  final PrintWriter err() {
    return spec().commandLine().getErr();
  }

  private CommandSpec spec() {
    return Objects.requireNonNull(spec);
  }

  final Path folder() {
    if (access != null) {
      return access;
    }
    String named = io.environment().get(ACCESS);
    if (named == null || named.isBlank()) {
      throw MallardException.invalid(
          "no access folder (expected: --access DIR, or the variable " + ACCESS + ")");
    }
    return Path.of(named);
  }

  @Override
  public final Integer call() {
    try {
      run();
      out().flush();
      return CommandLine.ExitCode.OK;
    } catch (MallardException e) {
      return failed(
          e.getMessage(),
          e.code() == ErrorCode.INVALID_ARGUMENT
              ? CommandLine.ExitCode.USAGE
              : CommandLine.ExitCode.SOFTWARE);
    } catch (AccessDeniedException e) {
      return failed(
          "file '" + e.getFile() + "': you may not use it", CommandLine.ExitCode.SOFTWARE);
    } catch (IOException e) {
      return failed(e.getMessage(), CommandLine.ExitCode.SOFTWARE);
    }
  }

  private int failed(@Nullable String message, int exitCode) {
    err().println(spec().qualifiedName() + ": " + message);
    return exitCode;
  }

  /**
   * @throws MallardException with what to do
   */
  abstract void run() throws IOException;

  static MallardException failed(String message) {
    return new MallardException(ErrorCode.FAILED_PRECONDITION, message);
  }
}
