package dev.mallard.cli.io;

import java.util.Properties;

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

  /** The launcher's word on which streams are terminals, by their numbers, such as {@code 012}. */
  private static final String STREAMS = "mallard.tty";

  /** The launcher's word on the terminal's width. */
  private static final String COLUMNS = "mallard.columns";

  static Terminal of(Properties properties) {
    String streams = properties.getProperty(STREAMS, "");
    return new Terminal(
        streams.contains("0"),
        streams.contains("1"),
        streams.contains("2"),
        columns(properties.getProperty(COLUMNS, "")));
  }

  private static int columns(String text) {
    try {
      return Math.max(0, Integer.parseInt(text.trim()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
