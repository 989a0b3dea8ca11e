package dev.mallard.signin.files;

import dev.mallard.access.Role;
import dev.mallard.signin.LocalUser;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the files say at one moment. Immutable; the maps are never changed.
 *
 * @param revision another one for each moment
 */
public record AccessRules(
    long revision,
    Map<String, UserEntry> users,
    Map<String, RoleEntry> roles,
    Map<String, TokenEntry> tokens) {
  public Optional<UserEntry> user(String name) {
    return Optional.ofNullable(users.get(name));
  }

  public Optional<TokenEntry> token(String id) {
    return Optional.ofNullable(tokens.get(id));
  }

  public Optional<Role> role(String name) {
    Optional<Role> known = Role.named(name);
    return known.isPresent() ? known : Optional.ofNullable(roles.get(name)).map(RoleEntry::may);
  }

  /** See {@link LocalUser#role}. Of several roles, the one that may most. */
  public Optional<Role> roleOf(UserEntry user) {
    if (user.disabled()) {
      return Optional.empty();
    }
    List<String> held = user.roles();
    if (held.isEmpty()) {
      return Optional.of(Role.FULL);
    }
    Role most = Role.READ_ONLY;
    for (String name : held) {
      Optional<Role> role = role(name);
      if (role.isEmpty()) {
        return Optional.empty();
      }
      most = most.compareTo(role.get()) < 0 ? role.get() : most;
    }
    return Optional.of(most);
  }

  public Optional<LocalUser> find(String name) {
    return user(name).map(user -> new LocalUser(name, roleOf(user), user.password().isPresent()));
  }

  @Override
  public String toString() {
    return "revision " + revision;
  }
}
