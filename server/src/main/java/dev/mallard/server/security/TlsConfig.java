package dev.mallard.server.security;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How connections are encrypted.
 *
 * @param identity by what the server proves itself, if they are
 * @param clientAuthorities PEM file of the authorities whose clients' certificates are taken
 * @param requireClientCertificate whether a client without one may not even connect
 * @param insecure whether the server may listen beyond this machine though it is in clear text, or
 *     lets everybody in
 */
public record TlsConfig(
    Identity identity,
    Optional<Path> clientAuthorities,
    boolean requireClientCertificate,
    boolean insecure) {
  /** Clear text. */
  public static final TlsConfig NONE =
      new TlsConfig(new Identity.None(), Optional.empty(), false, false);

  /** By what the server proves itself. */
  public sealed interface Identity {
    /** By nothing: in clear text. */
    record None() implements Identity {}

    /** PEM files; the certificate's has those that lead to its authority, too. */
    record Files(Path certificate, Path key) implements Identity {}

    /** A certificate of the server's own making, for trying out. */
    record SelfSigned() implements Identity {}
  }

  public boolean isEncrypted() {
    return !(identity instanceof Identity.None);
  }
}
