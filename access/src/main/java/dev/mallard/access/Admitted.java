package dev.mallard.access;

import java.util.Optional;

/**
 * A caller that was let in.
 *
 * @param token for the client to come with from now on: for one that came with name and password,
 *     and, renewed, for one whose token gets old. Empty for all others
 */
public record Admitted(Caller caller, Optional<String> token) {
  @Override
  public String toString() {
    return caller.name();
  }
}
