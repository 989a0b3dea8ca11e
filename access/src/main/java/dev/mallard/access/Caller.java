package dev.mallard.access;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;

/**
 * Who calls: decided once, when the call comes in, and carried down with it. What is kept for a
 * caller (sessions, transactions, prepared statements, results) belongs to its name: {@link #owns}.
 *
 * @param name unique on this server, or {@value #NOBODY}
 * @param role what it may do at most
 * @param proof how it was proved
 */
public record Caller(String name, Role role, Proof proof) {
  /** The name of a client that gives none. */
  public static final String NOBODY = "anonymous";

  /** One that shows nothing to an open server. */
  public static final Caller ANONYMOUS = new Caller(NOBODY, Role.FULL, new Proof.None());

  /**
   * Refuses what this caller may not do.
   *
   * @param what it is, as in {@code drop dataset 'sales'}
   * @throws MallardException PERMISSION_DENIED
   */
  public void require(Right right, String what) {
    if (!role.may(right)) {
      throw new MallardException(
          ErrorCode.PERMISSION_DENIED,
          "'%s' may not %s (its role is %s); sign in as somebody who may, or ask for the right"
              .formatted(name, what, role));
    }
  }

  /** Whether the name is more than a word: limits by name are for such callers only. */
  public boolean isProved() {
    return !(proof instanceof Proof.None || proof instanceof Proof.Unchecked);
  }

  /** Whether what that caller has left is this one's, too: it has the same name. */
  public boolean owns(Caller other) {
    return name.equals(other.name);
  }
}
