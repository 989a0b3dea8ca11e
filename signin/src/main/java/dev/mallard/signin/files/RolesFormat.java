package dev.mallard.signin.files;

import dev.mallard.access.Role;
import java.util.Map;
import java.util.Optional;

/** {@code analyst: {may: read-only}}. */
final class RolesFormat extends EntryFormat<RoleEntry> {
  private static final String MAY = "may";

  @Override
  String fileName() {
    return "roles.yaml";
  }

  @Override
  boolean isSecret() {
    return false;
  }

  @Override
  RoleEntry read(String name, EntryFields fields) throws YamlProblem {
    if (Role.named(name).isPresent()) {
      throw new YamlProblem(fields.line(), "role '" + name + "' is there without being told");
    }
    return new RoleEntry(name, role(fields, MAY, fields.required(MAY)));
  }

  static Role role(EntryFields fields, String field, String text) throws YamlProblem {
    Optional<Role> role = Role.named(text);
    if (role.isEmpty()) {
      throw new YamlProblem(
          fields.line(field),
          "'%s' is '%s' (expected: read-only, full or admin)".formatted(field, text));
    }
    return role.get();
  }

  @Override
  Map<String, Object> write(RoleEntry entry) {
    return Map.of(MAY, entry.may().toString());
  }
}
