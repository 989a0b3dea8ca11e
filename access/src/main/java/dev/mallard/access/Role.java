package dev.mallard.access;

import java.util.Locale;
import java.util.Optional;

/** What a caller may do, from the least to the most. */
public enum Role {
  READ_ONLY(Right.READ),
  FULL(Right.WRITE),
  ADMIN(Right.ADMIN);

  private final Right most;

  Role(Right most) {
    this.most = most;
  }

  public boolean may(Right right) {
    return right.compareTo(most) <= 0;
  }

  /** The one of the two that may do less. */
  public Role narrowedTo(Role limit) {
    return compareTo(limit) <= 0 ? this : limit;
  }

  /** As files and options name it: {@code read-only}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static Optional<Role> named(String name) {
    for (Role role : values()) {
      if (role.toString().equals(name)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
