package dev.mallard.server;

import picocli.CommandLine;

/** {@code mallard serve} as a process of its own. */
final class ServeMain {
  private ServeMain() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ServeCommand()).execute(arguments));
  }
}
