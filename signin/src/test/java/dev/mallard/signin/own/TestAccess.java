package dev.mallard.signin.own;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import dev.mallard.access.Role;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.AccessWatch;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.RoleEntry;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** An access folder whose changes are seen at once. */
final class TestAccess {
  /** As little work as there can be, for tests that do not look at that. */
  private static final Argon2Function QUICK = Argon2Function.getInstance(8, 1, 1, 32, Argon2.ID);

  private final AccessFolder folder;
  private final AccessWatch watch;

  private TestAccess(AccessFolder folder, AccessWatch watch) {
    this.folder = folder;
    this.watch = watch;
  }

  static TestAccess in(Path folder, Clock clock) throws IOException {
    AccessFolder made = AccessFolder.make(folder);
    return new TestAccess(made, AccessWatch.open(folder, Optional.empty(), clock));
  }

  AccessWatch watch() {
    return watch;
  }

  /** Another server's. */
  AccessWatch another(Clock clock) {
    return AccessWatch.open(folder.root(), Optional.empty(), clock);
  }

  static String hash(String password) {
    byte[] salt = UUID.randomUUID().toString().substring(0, 16).getBytes(StandardCharsets.UTF_8);
    return QUICK.hash(password.getBytes(StandardCharsets.UTF_8), salt).getResult();
  }

  void user(String name, String password, String... roles) throws IOException {
    put(new UserEntry(name, Optional.of(hash(password)), List.of(roles), false));
  }

  void put(UserEntry user) throws IOException {
    folder.change(EntryFormats.USERS, users -> users.put(user.name(), user));
    watch.look();
  }

  void disable(String name) throws IOException {
    folder.change(
        EntryFormats.USERS,
        users ->
            users.computeIfPresent(
                name, (key, user) -> new UserEntry(key, user.password(), user.roles(), true)));
    watch.look();
  }

  void remove(String name) throws IOException {
    folder.change(EntryFormats.USERS, users -> users.remove(name));
    watch.look();
  }

  void role(String name, Role may) throws IOException {
    folder.change(EntryFormats.ROLES, roles -> roles.put(name, new RoleEntry(name, may)));
    watch.look();
  }

  void removeRole(String name) throws IOException {
    folder.change(EntryFormats.ROLES, roles -> roles.remove(name));
    watch.look();
  }

  ApiToken token(
      String owner, Optional<Role> limit, Optional<Instant> notBefore, Optional<Instant> expires)
      throws IOException {
    ApiToken token = ApiToken.random();
    folder.change(
        EntryFormats.TOKENS,
        tokens ->
            tokens.put(
                token.id(),
                token.entry(owner, limit, Instant.EPOCH, notBefore, expires, Optional.empty())));
    watch.look();
    return token;
  }

  void revoke(ApiToken token) throws IOException {
    folder.change(EntryFormats.TOKENS, tokens -> tokens.remove(token.id()));
    watch.look();
  }
}
