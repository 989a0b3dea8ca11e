package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.client.ClientSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/**
 * The same for several datasets or files: one that fails does not keep the others from it, and the
 * last line says which did.
 */
final class Several {
  private final Console console;
  private final String command;
  private final @Nullable ClientSettings server;

  Several(ClientCommand command) {
    this.console = command.console();
    this.command = command.spec().name();
    this.server = command.server();
  }

  /** What is done to one of them. */
  @FunctionalInterface
  interface Step<T> {
    void run(T item) throws IOException;
  }

  /** Does it to all; returns the exit code. What fails with the only one is thrown. */
  <T> int each(List<T> items, Step<T> step) throws IOException {
    List<String> failed = new ArrayList<>();
    boolean refused = false;
    for (T item : items) {
      try {
        step.run(item);
      } catch (IOException | RuntimeException e) {
        Failure failure = Failure.of(e, server);
        if (items.size() == 1 || isTheEnd(e, failure)) {
          throw e;
        }
        failure.report(console, command);
        failed.add(item.toString());
        refused |= failure.exitCode() == Failure.REFUSED;
      }
    }
    if (failed.isEmpty()) {
      return 0;
    }
    console
        .err()
        .println(
            "mallard %s: %d of %d failed: %s"
                .formatted(command, failed.size(), items.size(), String.join(", ", failed)));
    return refused ? Failure.REFUSED : Failure.FAILED;
  }

  /**
   * Ctrl-C, a reader that has gone, a server that is not there or lets nobody in: the others would
   * fail, too.
   */
  private boolean isTheEnd(Exception error, Failure failure) {
    boolean unreachable =
        error instanceof FlightRuntimeException flight
            && (flight.status().code() == FlightStatusCode.UNAVAILABLE
                || flight.status().code() == FlightStatusCode.UNAUTHENTICATED);
    return unreachable || failure.exitCode() == 0 || console.interrupts().isInterrupted();
  }
}
