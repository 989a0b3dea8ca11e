package dev.mallard.app;

import dev.mallard.cli.ClientCommands;
import dev.mallard.cli.connect.SecretArguments;
import dev.mallard.cli.io.Console;
import dev.mallard.server.ServeCommand;
import dev.mallard.server.Version;
import dev.mallard.server.users.CommandIo;
import dev.mallard.server.users.TokenCommand;
import dev.mallard.server.users.UserCommand;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.bridge.SLF4JBridgeHandler;
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
  private static final Set<String> SERVERS = Set.of("serve", "demo");

  private Main() {}

  public static void main(String[] args) {
    if (args.length > 0 && SERVERS.contains(args[0])) {
      oneLog();
    }
    System.exit(run(Console.ofProcess(), args));
  }

  /** What gRPC says by way of java.util.logging goes where everything else does. */
  private static void oneLog() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** As {@link #main}, but returns the exit code. */
  static int run(Console console, String... args) {
    Map<String, Supplier<Object>> commands = commands(console);
    if (args.length > 0 && commands.containsKey(args[0])) {
      // The others are not looked into; but the completion script has them all.
      retain(commands, args[0]);
    }
    return commandLine(console, commands).execute(args);
  }

  private static void retain(Map<String, Supplier<Object>> commands, String name) {
    if (!name.equals("generate-completion")) {
      commands.keySet().retainAll(Set.of(name));
    }
  }

  /** With all commands. */
  static CommandLine commandLine(Console console) {
    return commandLine(console, commands(console));
  }

  private static Map<String, Supplier<Object>> commands(Console console) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", () -> new DemoCommand(console));
    commands.put("serve", ServeCommand::new);
    CommandIo io = new CommandIo(console.in(), console.environment(), CommandIo.ofProcess());
    commands.put("user", () -> UserCommand.of(io));
    commands.put("token", () -> TokenCommand.of(io));
    commands.putAll(ClientCommands.all(console));
    commands.put("generate-completion", AutoComplete.GenerateCompletion::new);
    return commands;
  }

  private static CommandLine commandLine(Console console, Map<String, Supplier<Object>> wanted) {
    CommandLine commands = new CommandLine(new Main());
    wanted.values().forEach(command -> commands.addSubcommand(command.get()));
    commands.setOut(console.text());
    commands.setErr(console.err());
    commands.setUsageHelpWidth(100);
    commands.setParameterExceptionHandler(Main::sayWhatIsWrong);
    commands.setExecutionExceptionHandler(
        (e, command, result) -> {
          command.getErr().println("mallard " + command.getCommandName() + ": " + e);
          return CommandLine.ExitCode.SOFTWARE;
        });
    return commands;
  }

  /** As picocli does it, but for what is secret. */
  private static int sayWhatIsWrong(CommandLine.ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(SecretArguments.hide(String.valueOf(wrong.getMessage()), arguments));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err)) {
      command.usage(err);
    }
    return CommandLine.ExitCode.USAGE;
  }

  /** For {@code --version}. */
  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"mallard " + Version.current()};
    }
  }
}
