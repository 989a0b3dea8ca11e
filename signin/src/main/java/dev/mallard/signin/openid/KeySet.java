package dev.mallard.signin.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The provider's keys at one moment, by their thumbprints (RFC 7638): a key id may be given to
 * another key some day. Immutable.
 */
final class KeySet {
  static final KeySet EMPTY = new KeySet(Map.of());

  private static final int MAX_KEYS = 100;
  private static final int MIN_RSA_BITS = 2048;

  /** Verifying takes a time that grows with the square of it. */
  private static final int MAX_RSA_BITS = 8192;

  private final Map<String, JWK> keys;

  private KeySet(Map<String, JWK> keys) {
    this.keys = keys;
  }

  /**
   * Those of a JWK set that can verify a signature. Others are left out.
   *
   * @throws IOException if it is not such a set
   */
  static KeySet parse(String json) throws IOException {
    try {
      List<JWK> all = JWKSet.parse(json).getKeys();
      if (all.size() > MAX_KEYS) {
        throw new IOException("%d keys (expected: at most %d)".formatted(all.size(), MAX_KEYS));
      }
      Map<String, JWK> keys = new LinkedHashMap<>();
      for (JWK key : all) {
        JWK known = key.toPublicJWK(); // Null for a secret.
        if (known instanceof AsymmetricJWK && isStrong(known)) {
          keys.put(known.computeThumbprint().toString(), known);
        }
      }
      return new KeySet(keys);
    } catch (ParseException | JOSEException | RuntimeException e) {
      throw new IOException("it is no set of keys (JWKS)", e);
    }
  }

  private static boolean isStrong(JWK key) {
    return !(key instanceof RSAKey) || (key.size() >= MIN_RSA_BITS && key.size() <= MAX_RSA_BITS);
  }

  /** Those that may have signed what has this header. The key id is compared, nothing else. */
  Map<String, JWK> of(JWSHeader header) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
    Map<String, JWK> found = new LinkedHashMap<>();
    if (matcher != null) {
      keys.forEach(
          (thumbprint, key) -> {
            if (matcher.matches(key)) {
              found.put(thumbprint, key);
            }
          });
    }
    return found;
  }

  boolean has(String thumbprint) {
    return keys.containsKey(thumbprint);
  }

  int size() {
    return keys.size();
  }

  /** Whether they are the same keys, for the same uses. */
  boolean isSame(KeySet other) {
    return keys.equals(other.keys);
  }
}
