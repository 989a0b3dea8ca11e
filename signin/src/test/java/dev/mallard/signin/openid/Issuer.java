package dev.mallard.signin.openid;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Signs tokens as a provider does, good ones and others. */
record Issuer(String name, String audience, Clock clock) {
  static final String NAME = "https://id.example.com/realm";
  static final String AUDIENCE = "mallard";

  /** Making one takes a moment, so it is made once. */
  static final RSAKey RSA = rsa("rsa-1", 2048);

  static Issuer at(Clock clock) {
    return new Issuer(NAME, AUDIENCE, clock);
  }

  static JWK ec(String id) {
    return ec(id, Curve.P_256);
  }

  static JWK ec(String id, Curve curve) {
    try {
      return new ECKeyGenerator(curve).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static RSAKey rsa(String id, int bits) {
    try {
      return new RSAKeyGenerator(bits, true).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The set as a provider publishes it. */
  static String published(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(true);
  }

  OpenIdSettings settings(KeyLocation keys) {
    return new OpenIdSettings(
        name, Set.of(audience), keys, Set.of("RS256", "ES256"), "sub", Optional.empty());
  }

  /** What a good token says, for an hour. */
  JWTClaimsSet.Builder claims(String subject) {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .issuer(name)
        .audience(audience)
        .subject(subject)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
  }

  String token(JWK key, String subject) {
    return token(key, subject, claims -> claims);
  }

  String token(JWK key, String subject, UnaryOperator<JWTClaimsSet.Builder> other) {
    return sign(key, header(key).build(), other.apply(claims(subject)).build());
  }

  static JWSHeader.Builder header(JWK key) {
    JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
    return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID());
  }

  static String sign(JWK key, JWSHeader header, JWTClaimsSet claims) {
    try {
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new DefaultJWSSignerFactory().createJWSSigner(key, header.getAlgorithm()));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Signs any text whatever, as no library would. */
  static String signText(JWK key, String header, String claims) {
    try {
      String input = base64(header) + "." + base64(claims);
      JWSHeader used = header(key).build();
      var signature =
          new DefaultJWSSignerFactory()
              .createJWSSigner(key, used.getAlgorithm())
              .sign(used, input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + signature;
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
