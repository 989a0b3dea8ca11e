package dev.mallard.signin.own;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.signin.files.AccessRules;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.UserEntry;
import java.util.Optional;

/**
 * A user who has once shown the right password, and whether that still is the right one: looked up
 * once for each revision of the rules. Thread-safe.
 */
final class Standing {
  private final String name;
  private final String generation;
  private volatile Decided last = new Decided(-1, Optional.empty());

  private record Decided(long revision, Optional<Caller> caller) {}

  Standing(String name, String generation) {
    this.name = name;
    this.generation = generation;
  }

  String name() {
    return name;
  }

  String generation() {
    return generation;
  }

  /** Empty if the user is gone, may not come in now, or has another password. */
  Optional<Caller> callerBy(AccessRules rules) {
    Decided known = last;
    if (known.revision == rules.revision()) {
      return known.caller;
    }
    Optional<Caller> caller =
        rules
            .user(name)
            .filter(user -> hasGeneration(user, generation))
            .flatMap(rules::roleOf)
            .map(role -> new Caller(name, role, new Proof.Password(generation)));
    last = new Decided(rules.revision(), caller);
    return caller;
  }

  static boolean hasGeneration(UserEntry user, String generation) {
    return user.password()
        .map(hash -> PasswordHash.generationOf(hash).equals(generation))
        .orElse(false);
  }

  /** Whether the user still may what it could with that role. */
  static boolean mayStill(AccessRules rules, UserEntry user, Role role) {
    Optional<Role> now = rules.roleOf(user);
    return now.isPresent() && now.get().compareTo(role) >= 0;
  }
}
