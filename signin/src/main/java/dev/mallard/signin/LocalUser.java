package dev.mallard.signin;

import dev.mallard.access.Role;
import java.util.Optional;

/**
 * A name that the operator has written down.
 *
 * @param role what it may do; empty if it may not come in now, however it proves itself: it is
 *     disabled, or holds a role that does not exist any more
 * @param hasPassword whether it has one here. Who has none is known by certificate or by OpenID
 */
public record LocalUser(String name, Optional<Role> role, boolean hasPassword) {}
