package dev.mallard.server;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.server.Settings.SettingsException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code mallard serve}: starts a server and stays until a signal ends it. */
@Command(
    name = "serve",
    description = "Serve a folder of Parquet and Feather files over Arrow Flight.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  mallard serve ./data                              the folder ./data on port 8815",
      "  mallard serve --dataset sales=/lake/sales/*.parquet --port 0",
      "  mallard serve --parquet-path sample.parquet       one file, as 'dataset'",
      "  MALLARD_PORT=9000 mallard serve ./data            every option works from the environment,",
      "  mallard serve --config mallard.yaml               and from a file"
    })
public final class ServeCommand implements Callable<Integer> {
  @Mixin private ServeOptions options = new ServeOptions();

  @Spec private @Nullable CommandSpec spec;

  /** The positional argument's name in the environment and the file. */
  private static final String FOLDER = "dir";

  private static final Set<String> UNSETTABLE = Set.of("help", "version", "config");

  private final Map<String, String> environment;

  public ServeCommand() {
    this(System.getenv());
  }

  ServeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() {
    CommandLine command = java.util.Objects.requireNonNull(spec).commandLine();
    PrintWriter out = command.getOut();
    PrintWriter err = command.getErr();
    // Before the start: a signal that comes meanwhile is to end it in order, too.
    try (Signals signals = Signals.install(Signals.Hangup.IGNORE)) {
      ServerConfig config = effectiveOptions(command).toConfig();
      MallardServer server = MallardServer.start(config);
      out.println(readyLine(config, server));
      out.flush();
      CompilerThreads.giveWay();
      AtomicBoolean isFault = new AtomicBoolean();
      server
          .fault()
          .thenRun(
              () -> {
                isFault.set(true);
                signals.stopWaiting();
              });
      signals.awaitFirst();
      server.drain();
      return isFault.get() ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    } catch (SettingsException | CommandLine.ParameterException e) {
      err.println("mallard serve: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    } catch (MallardException e) {
      err.println("mallard serve: " + e.getMessage());
      return e.code() == ErrorCode.INVALID_ARGUMENT
          ? CommandLine.ExitCode.USAGE
          : CommandLine.ExitCode.SOFTWARE;
    }
  }

  static String readyLine(ServerConfig config, MallardServer server) {
    String folder = config.folder().map(path -> " in " + path).orElse("");
    int count = server.datasets();
    return "mallard %s listening on %s://%s:%d (%d %s%s)"
        .formatted(
            Version.current(),
            config.security().tls().isEncrypted() ? "grpc+tls" : "grpc",
            config.host(),
            server.port(),
            count,
            count == 1 ? "dataset" : "datasets",
            folder);
  }

  /**
   * The options as given, and where they are silent those of the environment and the configuration
   * file.
   */
  ServeOptions effectiveOptions(CommandLine command) throws SettingsException {
    ParseResult given = command.getParseResult();
    List<OptionSpec> all =
        command.getCommandSpec().options().stream()
            .filter(option -> !UNSETTABLE.contains(name(option)))
            .toList();
    Set<String> known = all.stream().map(ServeCommand::name).collect(Collectors.toSet());
    known.add(FOLDER);
    Settings settings = Settings.load(known, options.configFile(environment), environment);
    List<String> arguments = new ArrayList<>();
    for (OptionSpec option : all) {
      boolean isGiven = given.hasMatchedOption(option);
      List<String> values =
          isGiven
              ? option.originalStringValues()
              : settings.all(name(option), option.isMultiValue());
      values.forEach(value -> arguments.add(option.longestName() + "=" + value));
      if (isGiven && values.isEmpty()) {
        arguments.add(option.longestName());
      }
    }
    String folder =
        options.folder != null ? options.folder.toString() : settings.single(FOLDER).orElse(null);
    if (folder != null) {
      arguments.add(folder);
    }
    ServeOptions effective = new ServeOptions();
    new CommandLine(effective).parseArgs(arguments.toArray(String[]::new));
    return effective;
  }

  private static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }
}
