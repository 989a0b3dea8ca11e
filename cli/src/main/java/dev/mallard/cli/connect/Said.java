package dev.mallard.cli.connect;

import dev.mallard.cli.io.UsageException;
import dev.mallard.client.ServerUri;
import dev.mallard.client.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What one source (the command line, the environment, a profile) says of a connection.
 *
 * @param source what people call it
 * @param server where to
 * @param user who comes
 * @param secret what proves it
 * @param roots whom to trust
 * @param identity the client's certificate
 */
public record Said(
    String source,
    Optional<ServerUri> server,
    Optional<String> user,
    Optional<Secret> secret,
    Optional<Path> roots,
    Optional<TlsSettings.Identity> identity) {

  /**
   * With who comes by the URI said apart from it.
   *
   * @throws UsageException if it is said twice
   */
  public static Said of(
      String source,
      Optional<ServerUri> server,
      Optional<String> user,
      Optional<Secret> secret,
      Optional<Path> roots,
      Optional<TlsSettings.Identity> identity) {
    Optional<String> inUri = server.flatMap(ServerUri::user);
    if (inUri.isPresent() && user.isPresent()) {
      throw new UsageException(
          source + ": the address names a user, and so does something else: leave one out");
    }
    Optional<Secret> uriSecret = server.flatMap(ServerUri::password).map(Secret.PasswordText::new);
    if (uriSecret.isPresent() && secret.isPresent()) {
      throw new UsageException(
          source + ": the address has a password, and there is another secret: leave one out");
    }
    return new Said(
            source, server, user.or(() -> inUri), secret.or(() -> uriSecret), roots, identity)
        .checked();
  }

  private Said checked() {
    if (user.isPresent() && (user.get().isEmpty() || user.get().contains(":"))) {
      // What is behind a colon may be a password, and is not repeated.
      throw new UsageException(
          source
              + ": the user is no name (expected: no colon in it; the password is asked for, or comes"
              + " from a file or MALLARD_PASSWORD)");
    }
    if (user.isPresent() && secret.isPresent() && secret.get().isToken()) {
      throw new UsageException(source + ": a token says who comes: leave the user out");
    }
    return this;
  }

  /** The client's certificate and its key, if either is there. */
  public static Optional<TlsSettings.Identity> identity(
      String certificateName, Optional<Path> certificate, String keyName, Optional<Path> key) {
    if (certificate.isPresent() != key.isPresent()) {
      throw new UsageException(
          (certificate.isPresent() ? certificateName : keyName)
              + ": needs "
              + (certificate.isPresent() ? keyName : certificateName)
              + ", too");
    }
    return certificate.map(file -> new TlsSettings.Identity(file, key.orElseThrow()));
  }
}
