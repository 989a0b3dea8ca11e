package dev.mallard.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mallard.server.security.OpenIdConfig;
import dev.mallard.signin.openid.KeyLocation;
import dev.mallard.signin.openid.OpenIdSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** An OpenID provider whose keys are in a file. */
final class Jwts {
  static final String ISSUER = "https://id.example.com";
  static final String AUDIENCE = "mallard";

  private final Path file;
  private volatile ECKey key;

  Jwts(Path file) {
    this.file = file;
    this.key = generate();
    publish();
  }

  private static ECKey generate() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The old key is good no more. */
  void rotate() {
    key = generate();
    publish();
  }

  private void publish() {
    try {
      Files.writeString(file, published());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String published() {
    return new JWKSet(key).toString(true);
  }

  /** Roles are those of the claim {@code roles}. */
  OpenIdConfig config() {
    return new OpenIdConfig(
        Optional.of(
            new OpenIdSettings(
                ISSUER,
                Set.of(AUDIENCE),
                new KeyLocation.InFile(file),
                Set.of("ES256"),
                "sub",
                Optional.of("roles"))));
  }

  String token(String name, String role) {
    return token(name, role, claims -> claims);
  }

  String token(String name, String role, UnaryOperator<JWTClaimsSet.Builder> other) {
    Instant now = Instant.now();
    JWTClaimsSet claims =
        other
            .apply(
                new JWTClaimsSet.Builder()
                    .issuer(ISSUER)
                    .audience(AUDIENCE)
                    .subject(name)
                    .claim("roles", role)
                    .expirationTime(Date.from(now.plus(Duration.ofHours(1)))))
            .build();
    try {
      ECKey signer = key;
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signer.getKeyID()).build(), claims);
      token.sign(new ECDSASigner(signer));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
