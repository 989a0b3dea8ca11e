package dev.mallard.cli.io;

import java.util.Map;

/**
 * What is known of the terminal, from the launcher: Java cannot ask whether a stream is one without
 * loading a native library, which takes longer than many a command.
 *
 * @param in whether standard input is a terminal
 * @param out whether results go to a terminal
 * @param err whether messages go to a terminal
 * @param columns its width; 0 if unknown
 */
public record Terminal(boolean in, boolean out, boolean err, int columns) {
  public static final Terminal NONE = new Terminal(false, false, false, 0);

  /** Set by the launcher to the numbers of the streams that are terminals, such as {@code 012}. */
  public static final String STREAMS = "MALLARD_TTY";

  /** Set by the launcher to the terminal's width. */
  public static final String COLUMNS = "MALLARD_COLUMNS";

  static Terminal of(Map<String, String> environment) {
    String streams = environment.getOrDefault(STREAMS, "");
    return new Terminal(
        streams.contains("0"),
        streams.contains("1"),
        streams.contains("2"),
        columns(environment.getOrDefault(COLUMNS, "")));
  }

  private static int columns(String text) {
    try {
      return Math.max(0, Integer.parseInt(text.trim()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
