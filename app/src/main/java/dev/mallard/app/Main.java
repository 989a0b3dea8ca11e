package dev.mallard.app;

import dev.mallard.cli.ClientCommands;
import dev.mallard.cli.io.Console;
import dev.mallard.server.ServeCommand;
import dev.mallard.server.Version;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code mallard} command. */
@Command(
    name = "mallard",
    description = "An Arrow Flight data server: a folder of Parquet and Feather files, shared.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "%nStart with 'mallard demo', or 'mallard serve DIR'. 'mallard COMMAND --help' has examples.",
      "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 refused, 130 interrupted."
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Console.ofProcess(), args));
  }

  /** As {@link #main}, but returns the exit code. */
  static int run(Console console, String... args) {
    return commandLine(console).execute(args);
  }

  static CommandLine commandLine(Console console) {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new DemoCommand(console));
    commands.addSubcommand(new ServeCommand());
    ClientCommands.all(console).forEach(commands::addSubcommand);
    commands.addSubcommand(new AutoComplete.GenerateCompletion());
    commands.setOut(console.text());
    commands.setErr(console.err());
    commands.setUsageHelpWidth(100);
    commands.setExecutionExceptionHandler(
        (e, command, result) -> {
          command.getErr().println("mallard " + command.getCommandName() + ": " + e);
          return CommandLine.ExitCode.SOFTWARE;
        });
    return commands;
  }

  /** For {@code --version}. */
  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mallard " + Version.current()};
    }
  }
}
