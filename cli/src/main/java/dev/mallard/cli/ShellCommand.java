package dev.mallard.cli;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.shell.PipedShell;
import dev.mallard.cli.shell.TerminalShell;
import dev.mallard.client.MallardClient;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code mallard shell}. */
@Command(
    name = "shell",
    description =
        "Type SQL and see results: with history, completion, statements over several lines, and"
            + " commands such as .list and .schema.",
    footerHeading = "%nExamples:%n",
    footer = {"  mallard shell", "  mallard shell < script.sql"})
public final class ShellCommand extends ClientCommand {
  ShellCommand(Console console) {
    super(console);
  }

  @Override
  int run(MallardClient client) throws IOException {
    if (console().terminal().in() && console().terminal().out()) {
      new TerminalShell(console(), client, error -> Failure.of(error, server()).message()).run();
    } else {
      new PipedShell(console(), client).run();
    }
    return 0;
  }
}
