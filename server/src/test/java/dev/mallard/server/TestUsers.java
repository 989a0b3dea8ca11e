package dev.mallard.server;

import dev.mallard.access.Role;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.signin.files.AccessFolder;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.signin.files.EntryFormats;
import dev.mallard.signin.files.PasswordHash;
import dev.mallard.signin.files.RoleEntry;
import dev.mallard.signin.files.UserEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An access folder, as the commands write it, also while a server looks at it. */
final class TestUsers {
  private final AccessFolder folder;

  private TestUsers(AccessFolder folder) {
    this.folder = folder;
  }

  static TestUsers in(Path folder) throws IOException {
    return new TestUsers(AccessFolder.make(folder));
  }

  /** A server that only these users may use. */
  SecurityConfig security() {
    return security(SecurityConfig.OPEN);
  }

  /** That, with these users. */
  SecurityConfig security(SecurityConfig other) {
    return new SecurityConfig(
        new SignInConfig(Optional.of(folder.root()), Optional.empty()),
        other.openId(),
        other.tls(),
        other.limits(),
        other.audit());
  }

  TestUsers user(String name, String password, String... roles) throws IOException {
    return put(
        new UserEntry(
            name, Optional.of(PasswordHash.make(password).text()), List.of(roles), false));
  }

  TestUsers put(UserEntry user) throws IOException {
    folder.change(EntryFormats.USERS, users -> users.put(user.name(), user));
    return this;
  }

  TestUsers remove(String name) throws IOException {
    folder.change(EntryFormats.USERS, users -> users.remove(name));
    return this;
  }

  TestUsers disable(String name) throws IOException {
    folder.change(
        EntryFormats.USERS,
        users ->
            users.computeIfPresent(
                name, (key, user) -> new UserEntry(key, user.password(), user.roles(), true)));
    return this;
  }

  TestUsers role(String name, Role may) throws IOException {
    folder.change(EntryFormats.ROLES, roles -> roles.put(name, new RoleEntry(name, may)));
    return this;
  }

  TestUsers removeRole(String name) throws IOException {
    folder.change(EntryFormats.ROLES, roles -> roles.remove(name));
    return this;
  }

  /** A token that is good from now on. */
  ApiToken token(String owner) throws IOException {
    return token(owner, Optional.empty(), Optional.empty(), Optional.empty());
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
                token.entry(owner, limit, Instant.now(), notBefore, expires, Optional.empty())));
    return token;
  }

  void revoke(ApiToken token) throws IOException {
    folder.change(EntryFormats.TOKENS, tokens -> tokens.remove(token.id()));
  }
}
