package dev.mallard.signin.files;

import dev.mallard.error.MallardException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code alice: {password: $argon2id$…, roles: [admin]}}. */
final class UsersFormat extends EntryFormat<UserEntry> {
  private static final String PASSWORD = "password";
  private static final String ROLES = "roles";
  private static final String DISABLED = "disabled";

  @Override
  String fileName() {
    return "users.yaml";
  }

  @Override
  boolean isSecret() {
    return true;
  }

  @Override
  UserEntry read(String name, EntryFields fields) throws YamlProblem {
    Optional<String> password = fields.text(PASSWORD);
    try {
      UserEntry.requireName(name, password.isPresent());
      password.ifPresent(PasswordHash::of);
    } catch (MallardException e) {
      throw new YamlProblem(fields.line(), String.valueOf(e.getMessage()));
    }
    return new UserEntry(name, password, fields.texts(ROLES), fields.flag(DISABLED));
  }

  @Override
  Map<String, Object> write(UserEntry entry) {
    Map<String, Object> fields = new LinkedHashMap<>();
    entry.password().ifPresent(hash -> fields.put(PASSWORD, hash));
    if (!entry.roles().isEmpty()) {
      fields.put(ROLES, entry.roles());
    }
    if (entry.disabled()) {
      fields.put(DISABLED, true);
    }
    return fields;
  }
}
