package dev.mallard.client;

import dev.mallard.error.MallardException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server, and perhaps who comes, in one line: {@code grpc://host:port}, {@code
 * grpc+tls://name@host}, {@code grpc+tls://name:password@host:port}.
 *
 * @param user who comes
 * @param password that user's; only with a user
 */
public record ServerUri(ServerAddress address, Optional<String> user, Optional<String> password) {
  private static final Pattern SCHEME =
      Pattern.compile("(?i)(grpc|grpc\\+tls|grpc\\+tcp|https?)://");

  /** A colon, and behind it what is neither a port nor the rest of an IPv6 address. */
  private static final Pattern NO_PORT =
      Pattern.compile("^([^:]*):(?![0-9a-fA-F:.]*\\]?(:\\d+)?([/?#].*)?$).*", Pattern.DOTALL);

  private static final int MAX_PORT = 65_535;
  private static final String EXPECTED = " (expected: grpc://HOST:PORT or grpc+tls://HOST:PORT)";
  private static final String EXPECTED_WITH_USER =
      " (expected: grpc+tls://NAME@HOST:PORT or grpc+tls://NAME:PASSWORD@HOST:PORT; special"
          + " characters as %40 for @)";

  /**
   * Reads an address as Flight clients write it; without a port it is {@value
   * ServerAddress#DEFAULT_PORT}. What cannot stand in a URI, as an {@code @} in a password, is
   * percent-encoded.
   *
   * @throws MallardException INVALID_ARGUMENT if it is none; nothing that may be secret is in it
   */
  public static ServerUri parse(String uri) {
    try {
      URI parsed = new URI(uri);
      String scheme = String.valueOf(parsed.getScheme()).toLowerCase(Locale.ROOT);
      boolean tls = scheme.equals("grpc+tls");
      boolean plain = scheme.equals("grpc") || scheme.equals("grpc+tcp");
      int port = parsed.getPort() < 0 ? ServerAddress.DEFAULT_PORT : parsed.getPort();
      boolean known = (tls || plain) && parsed.getHost() != null;
      if (known && port > 0 && port <= MAX_PORT && endsWithThePort(parsed)) {
        return of(new ServerAddress(tls, parsed.getHost(), port), parsed.getRawUserInfo());
      }
    } catch (URISyntaxException e) {
      // Said below, without the text that this exception repeats.
    }
    throw MallardException.invalid(
        "server address: '"
            + withoutSecrets(uri)
            + "'"
            + (uri.contains("@") ? EXPECTED_WITH_USER : EXPECTED));
  }

  private static ServerUri of(ServerAddress address, @Nullable String info) {
    if (info == null || info.isEmpty()) {
      return new ServerUri(address, Optional.empty(), Optional.empty());
    }
    int colon = info.indexOf(':');
    String user = decoded(colon < 0 ? info : info.substring(0, colon));
    if (user.isEmpty() || user.contains(":")) {
      throw MallardException.invalid(
          "server address: '…@"
              + address.host()
              + "' has no name before the @"
              + EXPECTED_WITH_USER);
    }
    Optional<String> password =
        colon < 0 ? Optional.empty() : Optional.of(decoded(info.substring(colon + 1)));
    return new ServerUri(address, Optional.of(user), password);
  }

  private static boolean endsWithThePort(URI uri) {
    boolean path = !uri.getPath().isEmpty() && !uri.getPath().equals("/");
    return !path && uri.getQuery() == null && uri.getFragment() == null;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * What is left of a text when all is taken out that may be a password: what stands before the
   * last {@code @}, and behind a colon all that is no port.
   */
  public static String withoutSecrets(String text) {
    Matcher scheme = SCHEME.matcher(text);
    String kept = scheme.lookingAt() ? scheme.group() : "";
    int at = text.lastIndexOf('@');
    return at >= kept.length()
        ? kept + "…" + text.substring(at)
        : kept + NO_PORT.matcher(text.substring(kept.length())).replaceFirst("$1:…");
  }

  /** Who comes, if the password is there, too. */
  public Credentials credentials() {
    return user.isPresent() && password.isPresent()
        ? new Credentials.Password(user.get(), password.get())
        : Credentials.NONE;
  }

  /** Without the password. */
  @Override
  public String toString() {
    String text = address.toString();
    return user.map(name -> text.replaceFirst("//", "//…@")).orElse(text);
  }
}
