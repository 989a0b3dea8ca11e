package dev.mallard.signin.openid;

import static dev.mallard.signin.openid.Issuer.AUDIENCE;
import static dev.mallard.signin.openid.Issuer.NAME;
import static dev.mallard.signin.openid.Issuer.base64;
import static dev.mallard.signin.openid.Issuer.header;
import static dev.mallard.signin.openid.Issuer.sign;
import static dev.mallard.signin.openid.Issuer.signText;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mallard.testing.SettableClock;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What has been sent to other servers to be let in there. Each differs from a good token in one
 * thing.
 */
class JwtAttacksTest {
  private static final JWK RSA = Issuer.RSA;
  private static final JWK EC = Issuer.ec("ec-1");

  private final SettableClock clock = new SettableClock();
  private final Issuer issuer = Issuer.at(clock);
  private final TokenVerifier verifier =
      new TokenVerifier(issuer.settings(new KeyLocation.Discovered()), clock);
  private KeySet keys;

  @BeforeEach
  void publish() throws Exception {
    keys = KeySet.parse(Issuer.published(RSA, EC));
  }

  /** Whose it is, or why it is refused. */
  private String judged(String token) {
    try {
      return verifier.verify(token, keys).name();
    } catch (BadTokenException | TokenVerifier.UnknownKeyException e) {
      return "refused: " + e.getMessage();
    }
  }

  private void assertRefused(String token) {
    assertThat(judged(token)).as(token).startsWith("refused: ");
  }

  private String changed(UnaryOperator<JWTClaimsSet.Builder> change) {
    return issuer.token(EC, "alice", change);
  }

  private String withHeader(UnaryOperator<JWSHeader.Builder> change) {
    return sign(EC, change.apply(header(EC)).build(), issuer.claims("alice").build());
  }

  private String text(String header, String claims) {
    return signText(EC, header, claims);
  }

  private String goodClaims() {
    return issuer.claims("alice").build().toString();
  }

  private static String goodHeader() {
    return header(EC).build().toString();
  }

  @Test
  void goodTokensAreGood() {
    assertThat(judged(issuer.token(RSA, "alice"))).isEqualTo("alice");
    assertThat(judged(issuer.token(EC, "alice"))).isEqualTo("alice");
    assertThat(judged(text(goodHeader(), goodClaims()))).isEqualTo("alice");
    assertThat(judged(withHeader(header -> header.type(new JOSEObjectType("at+JWT")))))
        .isEqualTo("alice");
    assertThat(judged(withHeader(header -> header.type(null)))).isEqualTo("alice");
    assertThat(judged(withHeader(header -> header.keyID(null)))).isEqualTo("alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "ES256K", "EdDSA", "RS512", "dir"
      })
  void algorithmsThatAreNotNamedAreNone(String algorithm) {
    String header = "{\"alg\":\"%s\",\"kid\":\"ec-1\"}".formatted(algorithm);

    assertRefused(text(header, goodClaims()));
    assertRefused(base64(header) + "." + base64(goodClaims()) + ".");
    assertRefused(base64(header) + "." + base64(goodClaims()));
  }

  @Test
  void algorithmsOfAnotherFormAreNone() {
    for (String algorithm : List.of("null", "[\"ES256\"]", "{\"ES256\":1}", "7", "true")) {
      assertRefused(text("{\"kid\":\"ec-1\",\"alg\":" + algorithm + "}", goodClaims()));
    }
    assertRefused(text("{\"kid\":\"ec-1\"}", goodClaims()));
  }

  @Test
  void thePublicKeyIsNoSecret() throws Exception {
    List<byte[]> secrets =
        List.of(
            RSA.toRSAKey().toPublicKey().getEncoded(),
            RSA.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
            pem(RSA.toRSAKey().toPublicKey().getEncoded()),
            EC.toECKey().toPublicKey().getEncoded());
    for (byte[] secret : secrets) {
      for (String id : List.of("rsa-1", "ec-1")) {
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(id).build();
        SignedJWT token = new SignedJWT(header, issuer.claims("alice").build());
        token.sign(new MACSigner(secret));

        assertRefused(token.serialize());
      }
    }
  }

  private static byte[] pem(byte[] key) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return ("-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aSignatureOfOneAlgorithmIsNoneOfTheOther() {
    String header = "{\"alg\":\"RS256\",\"kid\":\"ec-1\"}";
    assertRefused(text(header, goodClaims()));
    assertRefused(text("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", goodClaims()));
    assertRefused(signText(RSA, "{\"alg\":\"ES256\",\"kid\":\"ec-1\"}", goodClaims()));
    assertRefused(signText(RSA, "{\"alg\":\"PS256\",\"kid\":\"rsa-1\"}", goodClaims()));
  }

  /** CVE-2022-21449: a signature of zeros was good for everything. */
  @Test
  void aSignatureOfZerosIsNone() {
    String input = base64(goodHeader()) + "." + base64(goodClaims()) + ".";
    for (int length : List.of(1, 32, 63, 64, 65, 72, 96, 132)) {
      assertRefused(input + Base64URL.encode(new byte[length]));
    }
    byte[] order = new byte[64];
    java.util.Arrays.fill(order, (byte) 0xff);
    assertRefused(input + Base64URL.encode(order));
    assertRefused(input + Base64URL.encode(new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}));
  }

  @Test
  void keysOfAnotherCurveOrOfStrangersSignNothing() throws Exception {
    JWK stranger = Issuer.ec("ec-1");
    JWK large = Issuer.ec("p-521", Curve.P_521);
    keys = KeySet.parse(Issuer.published(RSA, EC, large));

    assertRefused(issuer.token(stranger, "alice"));
    assertRefused(issuer.token(Issuer.rsa("rsa-1", 2048), "alice"));
    String es512 =
        sign(
            large,
            new JWSHeader.Builder(JWSAlgorithm.ES512).keyID("p-521").build(),
            issuer.claims("alice").build());
    assertRefused(es512);
    String[] parts = es512.split("\\.");
    assertRefused(
        base64("{\"alg\":\"ES256\",\"kid\":\"p-521\"}") + "." + parts[1] + "." + parts[2]);
  }

  @Test
  void keysInTheTokenAreNotKeys() throws Exception {
    JWK own = Issuer.ec("own");
    URI there = URI.create("https://attacker.example/keys");
    for (String id : List.of("ec-1", "own")) {
      for (UnaryOperator<JWSHeader.Builder> trick :
          List.<UnaryOperator<JWSHeader.Builder>>of(
              header -> header.jwk(own.toPublicJWK()),
              header -> header.jwkURL(there),
              header -> header.x509CertURL(there),
              header -> header.x509CertChain(List.of(com.nimbusds.jose.util.Base64.encode("x"))))) {
        JWSHeader header = trick.apply(header(own).keyID(id)).build();
        assertRefused(sign(own, header, issuer.claims("alice").build()));
      }
    }
  }

  @Test
  void whereKeysAreIsIgnoredInAGoodToken() {
    URI there = URI.create("https://attacker.example/keys");
    assertThat(judged(withHeader(header -> header.jwkURL(there)))).isEqualTo("alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ec-1 ",
        "EC-1",
        "ec-1\n",
        "ec-1\u0000",
        "../ec-1",
        "../../../../dev/null",
        "/dev/null",
        "file:///etc/passwd",
        "https://attacker.example/key",
        "x' UNION SELECT 'secret' --",
        "ec-1' OR '1'='1",
        "ec-1\r\nx: y",
        "$(id)",
        "|id",
        "%00",
        "*",
        "ec-?"
      })
  void keyIdsAreComparedAndNothingElse(String id) {
    assertRefused(withHeader(header -> header.keyID(id)));
  }

  @Test
  void keyIdsOfAnySizeAndFormAreCompared() {
    assertRefused(withHeader(header -> header.keyID("k".repeat(10_000))));
    for (String id : List.of("7", "[\"ec-1\"]", "{\"ec-1\":1}", "true")) {
      assertRefused(text("{\"alg\":\"ES256\",\"kid\":" + id + "}", goodClaims()));
    }
  }

  @Test
  void otherIssuersAreStrangers() {
    for (String other :
        List.of(
            "",
            NAME + "/",
            NAME.toUpperCase(java.util.Locale.ROOT),
            NAME + " ",
            "https://id.example.com",
            NAME + "\u0000")) {
      assertRefused(changed(claims -> claims.issuer(other)));
    }
    assertRefused(changed(claims -> claims.issuer(null)));
    assertRefused(changed(claims -> claims.claim("iss", List.of(NAME))));
  }

  @Test
  void tokensForOthersAreForOthers() {
    assertRefused(changed(claims -> claims.audience("another")));
    assertRefused(changed(claims -> claims.audience(List.of("another", "third", "Mallard"))));
    assertRefused(changed(claims -> claims.audience((String) null)));
    assertRefused(changed(claims -> claims.audience(List.of())));
    assertRefused(changed(claims -> claims.audience(List.of(List.of(AUDIENCE).toString()))));
    assertRefused(changed(claims -> claims.claim("aud", java.util.Map.of(AUDIENCE, true))));
    assertRefused(changed(claims -> claims.claim("aud", List.of(List.of(AUDIENCE)))));
    assertThat(judged(changed(claims -> claims.audience(List.of("another", AUDIENCE)))))
        .isEqualTo("alice");
  }

  @Test
  void timesAreNumbersInSeconds() {
    long later = clock.instant().plusSeconds(3600).getEpochSecond();
    String rest = "\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"alice\"".formatted(NAME, AUDIENCE);
    assertThat(judged(text(goodHeader(), "{%s,\"exp\":%d}".formatted(rest, later))))
        .isEqualTo("alice");
    for (String wrong :
        List.of(
            "\"" + later + "\"",
            "null",
            "true",
            "[]",
            "{}",
            "-1",
            "1e400",
            "-1e400",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            later + "000",
            "1e18",
            "9".repeat(70),
            "0",
            "0.5")) {
      assertRefused(text(goodHeader(), "{%s,\"exp\":%s}".formatted(rest, wrong)));
      if (!wrong.startsWith("0")) {
        assertRefused(
            text(goodHeader(), "{%s,\"exp\":%d,\"nbf\":%s}".formatted(rest, later, wrong)));
      }
    }
    assertRefused(text(goodHeader(), "{%s}".formatted(rest)));
    assertThat(judged(text(goodHeader(), "{%s,\"exp\":%d.75}".formatted(rest, later))))
        .isEqualTo("alice");
  }

  @Test
  void clocksMayDifferByAMinute() {
    Instant now = clock.instant();
    assertThat(judged(changed(c -> c.expirationTime(Date.from(now.minusSeconds(59))))))
        .isEqualTo("alice");
    assertRefused(changed(c -> c.expirationTime(Date.from(now.minusSeconds(61)))));
    assertThat(judged(changed(c -> c.notBeforeTime(Date.from(now.plusSeconds(59))))))
        .isEqualTo("alice");
    assertRefused(changed(c -> c.notBeforeTime(Date.from(now.plusSeconds(61)))));

    String token = issuer.token(EC, "alice");
    clock.advance(Duration.ofHours(1).plusSeconds(59));
    assertThat(judged(token)).isEqualTo("alice");
    clock.advance(Duration.ofSeconds(2));
    assertThat(judged(token)).isEqualTo("refused: it has expired");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertRefused(withHeader(header -> header.criticalParams(Set.of("exp"))));
    assertRefused(text("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"crit\":[]}", goodClaims()));
    assertRefused(text("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"b64\":false}", goodClaims()));
    assertRefused(text("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"zip\":\"DEF\"}", goodClaims()));
    for (String type :
        List.of("JWE", "JOSE", "dpop+jwt", "logout+jwt", "secevent+jwt", "", "jwt ")) {
      assertRefused(withHeader(header -> header.type(new JOSEObjectType(type))));
    }
    assertRefused(text("{\"alg\":\"ES256\",\"kid\":\"ec-1\",\"typ\":[\"JWT\"]}", goodClaims()));
  }

  @Test
  void namesTwiceAreRefused() {
    String once = goodClaims();
    String twice = "{\"sub\":\"admin\"," + once.substring(1);
    assertRefused(text(goodHeader(), twice));
    assertRefused(text(goodHeader(), once.substring(0, once.length() - 1) + ",\"sub\":\"admin\"}"));
    assertRefused(
        text(goodHeader(), once.substring(0, once.length() - 1) + ",\"s\\u0075b\":\"admin\"}"));
    assertRefused(text("{\"alg\":\"ES256\",\"alg\":\"ES256\",\"kid\":\"ec-1\"}", once));
    assertRefused(
        text(goodHeader(), once.substring(0, once.length() - 1) + ",\"a\":{\"b\":1,\"b\":2}}"));
  }

  @Test
  void thereIsOneWayToWriteAToken() {
    String good = issuer.token(EC, "alice");
    String[] parts = good.split("\\.");
    assertThat(judged(good)).isEqualTo("alice");
    List<String> others =
        List.of(
            parts[0] + "." + parts[1],
            parts[0] + "." + parts[1] + ".",
            good + ".",
            "." + good,
            good + ".x",
            good + "=",
            good + "==",
            good + "A",
            good + "\n",
            good + " ",
            " " + good,
            good + "\u0000",
            good.replace('.', ','),
            good.replace(".", ". "),
            parts[0] + ".." + parts[2],
            parts[0] + "=." + parts[1] + "." + parts[2],
            parts[0] + "." + parts[1] + "." + parts[2].substring(1),
            parts[0] + "." + parts[1] + "." + parts[2].substring(0, parts[2].length() - 1),
            parts[0] + "." + parts[1] + "." + withOtherLastBits(parts[2]),
            "Bearer " + good,
            "\"" + good + "\"",
            good + good,
            good.toUpperCase(java.util.Locale.ROOT),
            "",
            ".",
            "..",
            "...",
            "....",
            "a.b.c",
            "é.é.é");
    others.forEach(this::assertRefused);
  }

  /** 64 bytes leave four bits of the last character over. */
  private static String withOtherLastBits(String signature) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char last = signature.charAt(signature.length() - 1);
    char other = alphabet.charAt(alphabet.indexOf(last) + 1);
    return signature.substring(0, signature.length() - 1) + other;
  }

  @Test
  void standardBase64IsNotBase64Url() {
    String payload = goodClaims().replace("alice", "ÿÿÿ>>>???");
    String standard = Base64.getEncoder().encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    assertThat(standard).containsAnyOf("+", "/");
    assertRefused(base64(goodHeader()) + "." + standard + ".AAAA");
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    for (String claims :
        List.of(
            "",
            "null",
            "[]",
            "\"x\"",
            "7",
            goodClaims() + "{}",
            goodClaims() + " x",
            "{",
            "{'sub':'alice'}",
            "{\"a\":NaN}",
            "/* x */" + goodClaims(),
            "\uFEFF" + goodClaims())) {
      assertRefused(text(goodHeader(), claims));
    }
    String broken =
        Base64URL.encode(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}).toString();
    assertRefused(base64(goodHeader()) + "." + broken + ".AAAA");
  }

  @Test
  void deepAndLongJsonIsRefusedBeforeItCosts() {
    String once = goodClaims();
    for (int depth : List.of(17, 1_000, 5_000)) {
      String deep = "[".repeat(depth) + "]".repeat(depth);
      assertRefused(
          text(goodHeader(), once.substring(0, once.length() - 1) + ",\"x\":" + deep + "}"));
      assertRefused(text("{\"alg\":\"ES256\",\"x\":" + deep + "}", once));
    }
    assertRefused(changed(claims -> claims.claim("x", "y".repeat(CompactJwt.MAX_CHARS))));
    assertRefused("x".repeat(10 << 20));
    assertRefused(".".repeat(10 << 20));
    assertThat(judged(changed(claims -> claims.claim("x", "y".repeat(8_000))))).isEqualTo("alice");
  }

  @Test
  void encryptedTokensAreRefused() throws Exception {
    EncryptedJWT token =
        new EncryptedJWT(
            new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                .keyID("rsa-1")
                .build(),
            issuer.claims("alice").build());
    token.encrypt(new RSAEncrypter(RSA.toRSAKey()));

    assertRefused(token.serialize());
  }

  @Test
  void eachChangedCharacterIsSeen() {
    String good = issuer.token(EC, "alice");
    for (int i = 0; i < good.length(); i++) {
      char other = good.charAt(i) == 'A' ? 'B' : 'A';
      assertRefused(good.substring(0, i) + other + good.substring(i + 1));
    }
  }

  @Test
  void strangersLearnNothingAndHoldersLearnWhy() {
    String expired = changed(c -> c.expirationTime(Date.from(clock.instant().minusSeconds(3600))));
    assertThat(judged(expired)).isEqualTo("refused: it has expired");
    String forged =
        expired.substring(0, expired.lastIndexOf('.')) + "." + Base64URL.encode(new byte[64]);
    assertThat(judged(forged)).isEqualTo("refused: no key of the provider has signed it");
  }
}
