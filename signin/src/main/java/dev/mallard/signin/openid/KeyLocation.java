package dev.mallard.signin.openid;

import java.net.URI;
import java.nio.file.Path;

/** Where the provider's public keys are (a JWK set, RFC 7517). */
public sealed interface KeyLocation {
  /** Where the issuer's discovery document says. */
  record Discovered() implements KeyLocation {}

  /**
   * @param address checked: https, or this machine's own
   */
  record Url(URI address) implements KeyLocation {}

  /** Read again when it changes. */
  record InFile(Path file) implements KeyLocation {}
}
