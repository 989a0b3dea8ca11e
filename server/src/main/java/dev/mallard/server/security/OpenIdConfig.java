package dev.mallard.server.security;

import dev.mallard.signin.openid.OpenIdSettings;
import java.util.Optional;

/**
 * Whose JWTs are taken.
 *
 * @param settings empty for nobody's
 */
public record OpenIdConfig(Optional<OpenIdSettings> settings) {
  public static final OpenIdConfig NONE = new OpenIdConfig(Optional.empty());
}
