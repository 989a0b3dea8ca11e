package dev.mallard.signin.files;

import dev.mallard.access.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * An API token in {@code tokens.yaml}.
 *
 * @param owner the user as whom it signs in
 * @param sha256 of its secret, in hexadecimal digits
 * @param limit what it may do at most; empty for as much as its owner
 * @param note what it is for
 */
public record TokenEntry(
    String id,
    String owner,
    String sha256,
    Optional<Role> limit,
    Instant created,
    Optional<Instant> notBefore,
    Optional<Instant> expires,
    Optional<String> note) {
  @Override
  public String toString() {
    return id;
  }
}
