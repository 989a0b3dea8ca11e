package dev.mallard.app;

import dev.mallard.cli.DropCommand;
import dev.mallard.cli.GetCommand;
import dev.mallard.cli.InfoCommand;
import dev.mallard.cli.ListCommand;
import dev.mallard.cli.PutCommand;
import dev.mallard.server.ServeCommand;
import dev.mallard.server.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code mallard} command. */
@Command(
    name = "mallard",
    description = "An Arrow Flight data server: a folder of Parquet and Feather files, shared.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      ListCommand.class,
      InfoCommand.class,
      GetCommand.class,
      PutCommand.class,
      DropCommand.class
    },
    footer = {"%nStart with 'mallard demo', or 'mallard serve DIR'."})
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** As {@link #main}, but returns the exit code. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Main());
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
