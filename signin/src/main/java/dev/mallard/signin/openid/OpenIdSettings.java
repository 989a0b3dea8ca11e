package dev.mallard.signin.openid;

import dev.mallard.error.MallardException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tokens are trusted, and what they say.
 *
 * @param issuer exactly as in the tokens' {@code iss}
 * @param audiences one of them must be in {@code aud}: without it, a token that the provider made
 *     for another service would be good here
 * @param algorithms of signatures, by their names in RFC 7518; none but asymmetric ones
 * @param nameClaim a string that becomes the caller's name. It should be one that people cannot
 *     choose themselves, as they often can {@code preferred_username} and {@code email}
 * @param roleClaim where role names are, nested by dots; empty for none: everybody may do what
 *     {@link dev.mallard.access.Role#FULL} may
 */
public record OpenIdSettings(
    String issuer,
    Set<String> audiences,
    KeyLocation keys,
    Set<String> algorithms,
    String nameClaim,
    Optional<String> roleClaim) {
  /** What can be verified, with a public key. */
  public static final Set<String> KNOWN_ALGORITHMS =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

  public static final Set<String> DEFAULT_ALGORITHMS = Set.of("RS256", "ES256");

  /** Given by the provider, and never to somebody else. */
  public static final String DEFAULT_NAME_CLAIM = "sub";

  /**
   * @throws MallardException INVALID_ARGUMENT, with what is expected
   */
  public OpenIdSettings {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
    if (issuer.isBlank() || audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
      throw MallardException.invalid("OpenID: an issuer and an audience are needed");
    }
    if (algorithms.isEmpty() || !KNOWN_ALGORITHMS.containsAll(algorithms)) {
      throw MallardException.invalid(
          "OpenID: algorithms %s (expected: some of %s; a secret that is shared, and none, sign nothing here)"
              .formatted(new TreeSet<>(algorithms), new TreeSet<>(KNOWN_ALGORITHMS)));
    }
    if (nameClaim.isBlank() || roleClaim.filter(String::isBlank).isPresent()) {
      throw MallardException.invalid("OpenID: a claim has a name");
    }
    if (keys instanceof KeyLocation.Discovered) {
      address(issuer, "issuer");
    }
  }

  /**
   * An address that keys may be fetched from.
   *
   * @param what it is, for the error
   * @throws MallardException INVALID_ARGUMENT if anybody on the way could change what comes
   */
  public static URI address(String text, String what) {
    try {
      URI address = new URI(text);
      String host = address.getHost();
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      boolean isSafe = scheme.equals("https") || (scheme.equals("http") && isLoopback(host));
      if (host != null && isSafe && address.getRawUserInfo() == null) {
        return address;
      }
    } catch (URISyntaxException e) {
      // As wrong as the others.
    }
    throw MallardException.invalid(
        "OpenID: %s '%s' (expected: an https:// address, without a user; http:// for this machine alone)"
            .formatted(what, text));
  }

  /** By what is written, so that no name server is asked. */
  static boolean isLoopback(@org.jspecify.annotations.Nullable String host) {
    if (host == null) {
      return false;
    }
    if (host.equalsIgnoreCase("localhost") || host.equals("[::1]")) {
      return true;
    }
    try {
      return host.matches("127(\\.[0-9]{1,3}){3}")
          && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
