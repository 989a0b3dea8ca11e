package dev.mallard.cli.connect;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.ClientSettings;
import dev.mallard.client.Credentials;
import dev.mallard.client.ServerAddress;
import dev.mallard.client.ServerUri;
import dev.mallard.client.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a command goes, and as whom.
 *
 * @param unproved who comes if the server does not want to know it for sure: a name without a
 *     secret
 * @param profile that says so, in part at least
 * @param secretFiles the files that the secret comes from
 */
public record Destination(
    ClientSettings settings,
    Optional<String> unproved,
    Optional<Profile> profile,
    List<Path> secretFiles) {

  /**
   * Puts together what several sources say; the first ones go before the others. A secret goes only
   * with the user of its own source, or one that its source does not name.
   *
   * @param sources the command line first; if none names a server, it is the default
   * @param console fetches the secret: a file is read, a person is asked
   * @throws UsageException if it does not go together
   */
  public static Destination of(List<Said> sources, Optional<Profile> profile, Console console)
      throws IOException {
    Optional<ServerUri> server =
        sources.stream().flatMap(said -> said.server().stream()).findFirst();
    ServerAddress address =
        server
            .map(ServerUri::address)
            .orElse(ServerAddress.plain("localhost", ServerAddress.DEFAULT_PORT));
    TlsSettings tls = tls(sources, address);
    Optional<Said> named = sources.stream().filter(said -> said.user().isPresent()).findFirst();
    Optional<String> user = named.flatMap(Said::user);
    for (Said said : sources) {
      if (said.secret().isPresent() && fits(said, named, sources)) {
        Credentials credentials = new SecretInput(console).fetch(said.secret().get(), user);
        return new Destination(
            new ClientSettings(address, credentials, tls),
            Optional.empty(),
            profile,
            said.secret().get().place().stream().toList());
      }
    }
    return new Destination(
        new ClientSettings(address, Credentials.NONE, tls), user, profile, List.of());
  }

  private static boolean fits(Said said, Optional<Said> named, List<Said> sources) {
    if (said.secret().orElseThrow().isToken()) {
      // Who was named before it is to come with a password.
      return named.isEmpty() || sources.indexOf(named.get()) >= sources.indexOf(said);
    }
    if (named.isPresent()) {
      return said.user().isEmpty() || said.user().equals(named.get().user());
    }
    if (said == sources.get(0)) {
      throw new UsageException("whose password? say it with --user NAME, or NAME@ in the address");
    }
    return false;
  }

  private static TlsSettings tls(List<Said> sources, ServerAddress address) {
    Optional<Path> roots = sources.stream().flatMap(said -> said.roots().stream()).findFirst();
    Optional<TlsSettings.Identity> identity =
        sources.stream().flatMap(said -> said.identity().stream()).findFirst();
    Said first = sources.get(0);
    if (!address.tls() && (first.roots().isPresent() || first.identity().isPresent())) {
      throw new UsageException(
          (first.roots().isPresent() ? "--tls-roots: " : "--client-cert: ")
              + address
              + " is not encrypted; use grpc+tls://");
    }
    return new TlsSettings(roots, identity);
  }

  /** The same, after the person was asked for the password. */
  public Destination asked(Console console) throws IOException {
    Credentials credentials = new SecretInput(console).fetch(new Secret.Prompt(), unproved);
    return new Destination(settings.as(credentials), Optional.empty(), profile, List.of());
  }
}
