package dev.mallard.signin.files;

import dev.mallard.access.Role;

/** A role of the operator's own in {@code roles.yaml}. */
public record RoleEntry(String name, Role may) {}
