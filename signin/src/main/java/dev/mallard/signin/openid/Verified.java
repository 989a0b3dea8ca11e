package dev.mallard.signin.openid;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a verified token says.
 *
 * @param roles as the token names them; empty if roles are not asked for
 * @param key thumbprint of the key that signed it
 * @param until when it is good no more
 */
record Verified(String name, Optional<List<String>> roles, String key, Instant until) {}
