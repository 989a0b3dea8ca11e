package dev.mallard.cli;

import dev.mallard.cli.connect.Destination;
import dev.mallard.cli.connect.Profile;
import dev.mallard.cli.connect.ProfilesFile;
import dev.mallard.cli.connect.Said;
import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.ServerAddress;
import dev.mallard.client.ServerUri;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. */
final class ServerOptions {
  private static final String URI_VARIABLE = "MALLARD_URI";
  private static final String HOST_VARIABLE = "MALLARD_HOST";
  private static final String PORT_VARIABLE = "MALLARD_PORT";
  private static final String ROOTS_VARIABLE = "MALLARD_TLS_ROOTS";
  private static final String PROFILE_VARIABLE = "MALLARD_PROFILE";

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "The server's name or address (default: $MALLARD_HOST, or localhost).")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The server's port (default: $MALLARD_PORT, or 8815).")
  private @Nullable Integer port;

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description =
          "Instead of both: grpc://HOST:PORT, or grpc+tls://HOST:PORT; NAME@ before the host signs"
              + " in (default: $MALLARD_URI).")
  private @Nullable String uri;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Server and sign-in as profiles.yaml in your configuration folder says (default:"
              + " $MALLARD_PROFILE, or 'default' if nothing else names a server).")
  private @Nullable String profile;

  @Option(
      names = "--tls-roots",
      paramLabel = "FILE",
      description =
          "PEM file of the certificates to trust (default: $MALLARD_TLS_ROOTS, or those that Java"
              + " trusts).")
  private @Nullable Path roots;

  @Mixin private SignInOptions signIn = new SignInOptions();

  /**
   * Options go before the profile that {@code --profile} names, that before the environment, and
   * that before any other profile. In each of them a URI goes before host and port.
   *
   * @throws UsageException if it does not go together, or is none
   * @throws MallardException if a file is not what it should be
   */
  Destination destination(Console console) throws IOException {
    Map<String, String> environment = console.environment();
    Said options =
        Said.of(
            "the command line",
            server(environment),
            signIn.user(),
            signIn.secret(),
            Optional.ofNullable(roots),
            signIn.identity());
    Said variables =
        Said.of(
            "the environment",
            // Who comes by an address goes to that address alone.
            options.server().isPresent() || profile != null
                ? Optional.empty()
                : variableServer(environment),
            Optional.empty(),
            SignInOptions.secret(environment),
            variable(environment, ROOTS_VARIABLE).map(Path::of),
            Optional.empty());
    Optional<Profile> found = profile(environment, options, variables);
    List<Said> sources = new ArrayList<>(List.of(options, variables));
    found.ifPresent(named -> sources.add(profile == null ? 2 : 1, named.said()));
    return Destination.of(sources, found, console);
  }

  private Optional<Profile> profile(Map<String, String> environment, Said options, Said variables)
      throws IOException {
    Optional<ProfilesFile> file = ProfilesFile.of(environment);
    Optional<String> variable = variable(environment, PROFILE_VARIABLE);
    if (profile != null && options.server().isPresent()) {
      throw new UsageException("--profile names the server: leave --uri, --host and --port out");
    }
    if (profile == null && options.server().isPresent()) {
      // A profile's secrets are for its own server.
      return Optional.empty();
    }
    String name = profile != null ? profile : variable.orElse("");
    if (name.isEmpty()) {
      boolean unsaid = variables.server().isEmpty() && file.isPresent() && file.get().exists();
      return unsaid ? file.get().find(Profile.DEFAULT) : Optional.empty();
    }
    if (profile == null && variables.server().isPresent()) {
      throw new UsageException(
          PROFILE_VARIABLE
              + " and "
              + URI_VARIABLE
              + " both name a server: only one of them may be set");
    }
    if (file.isEmpty()) {
      throw new UsageException(
          "no profile '" + name + "': your configuration folder is not known; set XDG_CONFIG_HOME");
    }
    return Optional.of(file.get().require(name));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.of(environment.getOrDefault(name, "")).filter(value -> !value.isEmpty());
  }

  private Optional<ServerUri> server(Map<String, String> environment) {
    if (uri != null) {
      if (host != null || port != null) {
        throw new UsageException("--uri says it all: leave --host and --port out");
      }
      return Optional.of(parse(uri));
    }
    return host == null && port == null ? Optional.empty() : Optional.of(place(environment));
  }

  private Optional<ServerUri> variableServer(Map<String, String> environment) {
    Optional<String> variable = variable(environment, URI_VARIABLE);
    if (variable.isPresent()) {
      return variable.map(ServerOptions::parse);
    }
    boolean said =
        variable(environment, HOST_VARIABLE).isPresent()
            || variable(environment, PORT_VARIABLE).isPresent();
    return said ? Optional.of(place(environment)) : Optional.empty();
  }

  private ServerUri place(Map<String, String> environment) {
    String name = host != null ? host : variable(environment, HOST_VARIABLE).orElse("localhost");
    ServerAddress address = ServerAddress.plain(name, port(environment));
    return new ServerUri(address, Optional.empty(), Optional.empty());
  }

  private int port(Map<String, String> environment) {
    String variable = environment.getOrDefault(PORT_VARIABLE, "");
    if (port == null && variable.isEmpty()) {
      return ServerAddress.DEFAULT_PORT;
    }
    String from = port == null ? PORT_VARIABLE : "--port";
    String said = port == null ? variable : port.toString();
    try {
      int wanted = Integer.parseInt(said.strip());
      if (wanted >= 1 && wanted <= 65_535) {
        return wanted;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new UsageException(from + ": " + said + " (expected: 1 to 65535)");
  }

  private static ServerUri parse(String text) {
    try {
      return ServerUri.parse(text);
    } catch (MallardException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
