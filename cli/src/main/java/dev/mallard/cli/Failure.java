package dev.mallard.cli;

import dev.mallard.cli.connect.TlsTrouble;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Interrupts;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.Credentials;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/**
 * The one place where errors become exit codes and words for people.
 *
 * @param exitCode 0 nothing that a person must know, 1 failed, 2 usage, 3 not found, 4 refused, 130
 *     interrupted
 * @param message one line, but for an SQL engine's own text, which points at a place in the query
 */
record Failure(int exitCode, String message) {
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int NOT_FOUND = 3;
  static final int REFUSED = 4;

  /** Where gRPC speaks of its connection, and no server does. */
  private static final Pattern TRANSPORT =
      Pattern.compile(
          "GOAWAY closed|Network closed for unknown reason|^End of stream or IOException|^http2 exception");

  private static final Pattern DETAIL =
      Pattern.compile("\\. Detail: (Python exception: .*|[A-Za-z]+\\s*)$", Pattern.DOTALL);

  static Failure of(Throwable error, @Nullable ClientSettings server) {
    if (error instanceof UsageException) {
      return new Failure(USAGE, String.valueOf(error.getMessage()));
    }
    if (error instanceof FlightRuntimeException flight) {
      return ofServer(flight, server);
    }
    if (error instanceof MallardException known) {
      return new Failure(exitCode(known.code()), String.valueOf(known.getMessage()));
    }
    if (error instanceof NoSuchFileException file) {
      return new Failure(NOT_FOUND, "no file '" + file.getFile() + "'");
    }
    if (error instanceof AccessDeniedException file) {
      return new Failure(FAILED, "file '" + file.getFile() + "': you may not use it");
    }
    if (error instanceof FileSystemException file) {
      return new Failure(FAILED, "file '" + file.getFile() + "': " + file.getReason());
    }
    if (error instanceof IOException && "Broken pipe".equals(error.getMessage())) {
      // Who reads has seen enough, as in: mallard get sales | head
      return new Failure(0, "");
    }
    if (error instanceof IOException || error instanceof java.io.UncheckedIOException) {
      return new Failure(FAILED, firstLine(String.valueOf(error.getMessage())));
    }
    if (error instanceof OutOfMemoryError) {
      return new Failure(FAILED, "out of memory; set MALLARD_JAVA_OPTS=-Xmx4g, or more");
    }
    return new Failure(FAILED, "unexpected error: " + firstLine(error.toString()));
  }

  private static int exitCode(ErrorCode code) {
    return switch (code) {
      case NOT_FOUND -> NOT_FOUND;
      case PERMISSION_DENIED, UNAUTHENTICATED -> REFUSED;
      case CANCELLED -> Interrupts.EXIT_CODE;
      default -> FAILED;
    };
  }

  private static Failure ofServer(FlightRuntimeException error, @Nullable ClientSettings server) {
    FlightStatusCode code = error.status().code();
    String said = error.status().description();
    Throwable cause = ioCause(error);
    boolean unavailable = code == FlightStatusCode.UNAVAILABLE;
    if (unavailable && cause != null || TRANSPORT.matcher(String.valueOf(said)).find()) {
      return unreachable(cause, String.valueOf(said), server);
    }
    String message = said == null || said.isBlank() ? withoutWords(code) : withoutTrace(said);
    return switch (code) {
      case NOT_FOUND -> new Failure(NOT_FOUND, message);
      case UNAUTHENTICATED -> new Failure(REFUSED, notSignedIn(message, server));
      case UNAUTHORIZED -> new Failure(REFUSED, "refused: " + message);
      default -> new Failure(FAILED, message);
    };
  }

  private static String notSignedIn(String message, @Nullable ClientSettings server) {
    if (server == null) {
      return "sign-in refused: " + message;
    }
    boolean nobody =
        server.credentials() instanceof Credentials.None && server.tls().identity().isEmpty();
    return nobody
        ? server.address()
            + " wants to know who you are: "
            + message
            + " (--user NAME, --token-file FILE or --profile NAME says it)"
        : "sign-in refused by " + server.address() + ": " + message;
  }

  private static String withoutWords(FlightStatusCode code) {
    return switch (code) {
      case UNIMPLEMENTED -> "the server cannot do this";
      case UNAUTHENTICATED -> "no reason given";
      case UNAUTHORIZED -> "the server does not allow it";
      default -> "the server failed: " + code;
    };
  }

  /** pyarrow's servers send their stack trace, or their code's name, behind the message. */
  private static String withoutTrace(String said) {
    return DETAIL.matcher(said).replaceFirst("").strip();
  }

  private static Failure unreachable(
      @Nullable Throwable cause, String said, @Nullable ClientSettings server) {
    String name = server == null ? "the server" : server.address().toString();
    String where = "cannot reach " + name + ": ";
    if (cause instanceof UnknownHostException) {
      return new Failure(FAILED, where + "unknown host; check the name");
    }
    if (cause instanceof SSLException tls) {
      return new Failure(FAILED, where + TlsTrouble.explain(tls, server));
    }
    if (cause instanceof ConnectException) {
      String why =
          String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("refused")
              ? "connection refused"
              : firstLine(String.valueOf(cause.getMessage()));
      return new Failure(
          FAILED, where + why + "; is the server running? start it with: mallard serve");
    }
    return TlsTrouble.wantsTls(server)
        .map(trouble -> new Failure(FAILED, where + trouble))
        .orElseGet(
            () ->
                new Failure(
                    FAILED,
                    said.startsWith("http2 exception")
                        ? where + "it does not speak gRPC; is it a Flight server?"
                        : "lost " + name + ": the connection broke"));
  }

  /** What is below a connection's error: Netty's own exceptions are IOExceptions of the JDK. */
  private static @Nullable Throwable ioCause(Throwable error) {
    Throwable found = null;
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        found = cause;
      }
    }
    return found;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** Tells the person; returns the exit code. */
  int report(Console console, String command) {
    console.text().flush();
    if (!message.isEmpty()) {
      console.err().println("mallard " + command + ": " + message);
    }
    return exitCode;
  }
}
