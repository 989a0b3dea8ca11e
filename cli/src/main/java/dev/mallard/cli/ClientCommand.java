package dev.mallard.cli;

import dev.mallard.client.MallardClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What the client commands share: a connection, and errors in one line with the exit code that
 * fits: 0 ok, 1 failed, 2 usage, 3 not found.
 */
abstract class ClientCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int NOT_FOUND = 3;

  @Mixin private ServerOptions server = new ServerOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call() {
    PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
    try (MallardClient client = server.connect()) {
      run(client, out);
      out.flush();
      return 0;
    } catch (FlightRuntimeException e) {
      return refused(e);
    } catch (NoSuchFileException e) {
      return fail(FAILED, "no file '" + e.getFile() + "'");
    } catch (FileAlreadyExistsException e) {
      return fail(FAILED, "file '" + e.getFile() + "' exists; remove it, or name another");
    } catch (IOException e) {
      return fail(FAILED, String.valueOf(e.getMessage()));
    }
  }

  private int refused(FlightRuntimeException e) {
    FlightStatusCode code = e.status().code();
    if (code == FlightStatusCode.UNAVAILABLE) {
      return fail(
          FAILED,
          "cannot reach " + server + "; is the server running? start it with: mallard serve");
    }
    String message = String.valueOf(e.status().description());
    return fail(code == FlightStatusCode.NOT_FOUND ? NOT_FOUND : FAILED, message);
  }

  private int fail(int code, String message) {
    CommandSpec command = java.util.Objects.requireNonNull(spec);
    PrintWriter err = command.commandLine().getErr();
    err.println("mallard " + command.name() + ": " + message.lines().findFirst().orElse(""));
    err.flush();
    return code;
  }

  abstract void run(MallardClient client, PrintWriter out) throws IOException;
}
