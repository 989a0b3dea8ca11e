package dev.mallard.signin.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import java.security.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies a token with a set of keys: first what it says of itself, so that a token that could not
 * be good has no key fetched for it, then its signature; and only then anything in it counts.
 * Thread-safe.
 */
final class TokenVerifier {
  static final int SKEW_SECONDS = 60;

  private final OpenIdSettings settings;
  private final DefaultJWTClaimsVerifier<SecurityContext> claims;
  private final DefaultJWSVerifierFactory verifiers = new DefaultJWSVerifierFactory();

  TokenVerifier(OpenIdSettings settings, Clock clock) {
    this.settings = settings;
    this.claims =
        new DefaultJWTClaimsVerifier<>(
            settings.audiences(),
            new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
            Set.of("exp"),
            Set.of()) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        };
    claims.setMaxClockSkew(SKEW_SECONDS);
  }

  /** Nobody of the set can have signed it; perhaps somebody whom the provider has added since. */
  static final class UnknownKeyException extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownKeyException() {
      super("no key of the provider is the one that it names", null, false, false);
    }
  }

  /**
   * @throws UnknownKeyException if all but the key is as it should be
   * @throws BadTokenException if it is not good, whatever other keys there are
   */
  Verified verify(String token, KeySet keys) throws BadTokenException, UnknownKeyException {
    CompactJwt jwt = CompactJwt.parse(token, settings.algorithms());
    Optional<String> wrong = wrongClaim(jwt.standard());
    Map<String, JWK> candidates = keys.of(jwt.header());
    if (candidates.isEmpty() && wrong.isEmpty()) {
      throw new UnknownKeyException();
    }
    String signer = signer(jwt, candidates);
    if (wrong.isPresent()) {
      throw BadTokenException.signed(wrong.get());
    }
    Optional<List<String>> roles = Optional.empty();
    if (settings.roleClaim().isPresent()) {
      roles = Optional.of(Claims.roles(jwt.claims(), settings.roleClaim().get()));
    }
    Instant until = jwt.standard().getExpirationTime().toInstant().plusSeconds(SKEW_SECONDS);
    return new Verified(Claims.name(jwt.claims(), settings.nameClaim()), roles, signer, until);
  }

  private Optional<String> wrongClaim(JWTClaimsSet said) {
    if (!settings.issuer().equals(said.getIssuer())) {
      return Optional.of("it is of another issuer than " + settings.issuer());
    }
    if (Collections.disjoint(said.getAudience(), settings.audiences())) {
      return Optional.of("it is for another service: its audience is not one that is served here");
    }
    try {
      claims.verify(said, null);
      return Optional.empty();
    } catch (ExpiredJWTException e) {
      return Optional.of("it has expired");
    } catch (BadJWTException e) {
      return Optional.of("it is not good yet, or does not say until when");
    }
  }

  /** The thumbprint of the key that has signed it. */
  private String signer(CompactJwt jwt, Map<String, JWK> candidates) throws BadTokenException {
    for (Map.Entry<String, JWK> candidate : candidates.entrySet()) {
      if (isSignedBy(jwt, candidate.getValue())) {
        return candidate.getKey();
      }
    }
    throw BadTokenException.unverified("no key of the provider has signed it");
  }

  private boolean isSignedBy(CompactJwt jwt, JWK key) {
    try {
      JWSHeader header = jwt.header();
      return jwt.signed().verify(verifiers.createJWSVerifier(header, publicKey(key)));
    } catch (JOSEException e) {
      return false; // A key of another curve, or a signature of another length.
    }
  }

  private static Key publicKey(JWK key) throws JOSEException {
    if (key instanceof RSAKey rsa) {
      return rsa.toPublicKey();
    }
    if (key instanceof ECKey ec) {
      return ec.toPublicKey();
    }
    throw new JOSEException("a key that verifies none of the algorithms");
  }
}
