package dev.mallard.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Whom a client trusts on an encrypted connection, and what it shows there. The files are PEM, and
 * read when the client connects.
 *
 * @param roots certificates, one of which the server's must be signed with; empty for those that
 *     Java trusts
 * @param identity the client's own; empty for none
 */
public record TlsSettings(Optional<Path> roots, Optional<Identity> identity) {
  /** Java's trust, and no certificate. */
  public static final TlsSettings DEFAULT = new TlsSettings(Optional.empty(), Optional.empty());

  /**
   * What a client proves itself with.
   *
   * @param certificate its own first, then those that lead to its authority
   * @param key of the first, PKCS #8, not encrypted
   */
  public record Identity(Path certificate, Path key) {}
}
