package dev.mallard.cli.io;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** What a person types without seeing it. */
@FunctionalInterface
interface HiddenInput {
  /** Empty if there is nobody to ask. */
  Optional<String> ask(Console console, String question) throws IOException;

  /** From standard input, for those who stand in for a person. */
  static Optional<String> ofStandardInput(Console console, String question) throws IOException {
    if (!console.terminal().in()) {
      return Optional.empty();
    }
    console.err().print(question);
    console.err().flush();
    String answer = line(console.in());
    console.err().println();
    return Optional.of(answer);
  }

  /**
   * From the process's terminal, wherever its standard streams go. Java's own console is only there
   * if none of them goes elsewhere, so that is for systems without {@code stty}.
   */
  static Optional<String> ofTerminal(Console console, String question) throws IOException {
    if (!console.terminal().in() && !console.terminal().err()) {
      return Optional.empty();
    }
    Path tty = Path.of("/dev/tty");
    Optional<String> settings = Files.exists(tty) ? stty(tty, "-g") : Optional.empty();
    if (settings.isEmpty()) {
      java.io.Console own = System.console();
      char[] answer = own == null ? null : own.readPassword("%s", question);
      return Optional.ofNullable(answer).map(String::new);
    }
    Thread restore = new Thread(() -> stty(tty, settings.get()), "echo");
    Runtime.getRuntime().addShutdownHook(restore);
    try (FileInputStream in = new FileInputStream(tty.toFile());
        OutputStream out = new FileOutputStream(tty.toFile())) {
      if (stty(tty, "-echo").isEmpty()) {
        return Optional.empty();
      }
      out.write(question.getBytes(StandardCharsets.UTF_8));
      try {
        return Optional.of(interruptibleLine(in));
      } finally {
        out.write('\n');
      }
    } finally {
      stty(tty, settings.get());
      Runtime.getRuntime().removeShutdownHook(restore);
    }
  }

  /** What stty says; empty if it fails, or is not there. */
  private static Optional<String> stty(Path tty, String argument) {
    try {
      Process process =
          new ProcessBuilder("stty", argument)
              .redirectInput(tty.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean done = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      return done ? Optional.of(said.strip()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** A read of its own: Ctrl-C cannot interrupt one. */
  private static String interruptibleLine(InputStream in) throws IOException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                answer.complete(line(in));
              } catch (IOException | UncheckedIOException e) {
                answer.completeExceptionally(e);
              }
            },
            "answer");
    reader.setDaemon(true);
    reader.start();
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("no answer", e.getCause());
    }
  }

  private static String line(InputStream in) throws IOException {
    java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
    int next;
    while ((next = in.read()) >= 0 && next != '\n') {
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
  }
}
