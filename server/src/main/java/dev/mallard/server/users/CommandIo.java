package dev.mallard.server.users;

import java.io.Console;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/**
 * What these commands have to do with the world besides picocli's writers; tests make their own.
 */
public record CommandIo(InputStream in, Map<String, String> environment, Prompt prompt) {
  /** Asks the person at the terminal for what must not be seen. */
  public interface Prompt {
    /** Empty if there is no terminal, or its end came instead of an answer. */
    Optional<String> ask(String question);
  }

  /** The process's own terminal, if it has one. */
  public static Prompt ofProcess() {
    return question -> {
      // Of the launcher, for newer JDKs have a console also where there is no terminal.
      String streams = System.getProperty("mallard.tty");
      Console console = System.console();
      if (console == null || (streams != null && !streams.contains("0"))) {
        return Optional.empty();
      }
      return Optional.ofNullable(console.readPassword("%s", question)).map(String::new);
    };
  }
}
