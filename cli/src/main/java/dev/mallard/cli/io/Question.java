package dev.mallard.cli.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Asks the person at the terminal. Stateless. */
public final class Question {
  private Question() {}

  /**
   * Waits for the answer; only {@code y} and {@code yes} are one, everything else is a no.
   *
   * @throws IOException if Ctrl-C comes instead
   */
  public static boolean isAnsweredYes(Console console, String question) throws IOException {
    console.err().print(question + " [y/N] ");
    console.err().flush();
    CompletableFuture<String> answer = new CompletableFuture<>();
    // A read of its own: Ctrl-C cannot interrupt one.
    Thread reader = new Thread(() -> read(console, answer), "answer");
    reader.setDaemon(true);
    reader.start();
    try {
      String said = answer.get().strip().toLowerCase(Locale.ROOT);
      return said.equals("y") || said.equals("yes");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("no answer", e.getCause());
    }
  }

  private static void read(Console console, CompletableFuture<String> answer) {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
    try {
      String line = lines.readLine();
      answer.complete(line == null ? "" : line);
    } catch (IOException e) {
      answer.completeExceptionally(e);
    }
  }
}
