package dev.mallard.signin.openid;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A signed JWT in its compact form, taken apart and not verified. There is one way to write it that
 * is read: what parsers could understand differently (padding, doubled names, numbers as strings)
 * is refused before Nimbus sees it.
 *
 * @param claims as Jackson reads them: the ones that rights come from
 */
record CompactJwt(SignedJWT signed, JWTClaimsSet standard, JsonNode claims) {
  /** More than providers make, groups included; headers of that size pass nowhere else. */
  static final int MAX_CHARS = 16 * 1024;

  private static final int MAX_DEPTH = 16;

  /** The year 10000, in seconds: what is later is no time. */
  private static final double MAX_SECONDS = 253_402_300_800.0;

  private static final Set<String> TYPES =
      Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

  private static final JsonMapper STRICT =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(64)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * @param algorithms that the operator trusts
   */
  static CompactJwt parse(String token, Set<String> algorithms) throws BadTokenException {
    if (token.length() > MAX_CHARS) {
      throw bad("it is longer than %d characters".formatted(MAX_CHARS));
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw bad("it has not three parts, as a signed JWT has");
    }
    checkHeader(object(parts[0], "header"), algorithms);
    JsonNode claims = object(parts[1], "payload");
    for (String time : List.of("exp", "nbf", "iat")) {
      checkTime(claims.get(time), time);
    }
    decode(parts[2], "signature");
    try {
      SignedJWT signed = SignedJWT.parse(token);
      return new CompactJwt(signed, signed.getJWTClaimsSet(), claims);
    } catch (ParseException | RuntimeException e) {
      throw bad("it is no signed JWT");
    }
  }

  JWSHeader header() {
    return signed.getHeader();
  }

  private static void checkHeader(JsonNode header, Set<String> algorithms)
      throws BadTokenException {
    JsonNode algorithm = header.path("alg");
    if (!algorithm.isTextual() || !algorithms.contains(algorithm.textValue())) {
      throw bad("its algorithm is none of those that are trusted");
    }
    if (header.has("crit") || header.has("b64") || header.has("zip")) {
      throw bad("its header asks for what is not understood here (crit, b64, zip)");
    }
    JsonNode type = header.get("typ");
    if (type != null
        && !(type.isTextual() && TYPES.contains(type.textValue().toLowerCase(Locale.ROOT)))) {
      throw bad("its type is not JWT or at+jwt");
    }
  }

  private static void checkTime(@Nullable JsonNode time, String claim) throws BadTokenException {
    if (time == null) {
      return; // Which of them must be there is asked later.
    }
    double seconds = time.isNumber() ? time.doubleValue() : Double.NaN;
    if (!(seconds >= 0 && seconds < MAX_SECONDS)) {
      throw bad("its %s is no time in seconds".formatted(claim));
    }
  }

  private static JsonNode object(String part, String what) throws BadTokenException {
    byte[] json = decode(part, what);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      JsonNode tree = STRICT.readTree(text);
      if (tree != null && tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException | CharacterCodingException e) {
      // As wrong as what is no object.
    }
    throw bad("its %s is no JSON object, each name once".formatted(what));
  }

  /** Without padding, and with no bits left over. */
  private static byte[] decode(String part, String what) throws BadTokenException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      if (!part.isEmpty()
          && Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // As wrong as the others.
    }
    throw bad("its %s is not in base64url".formatted(what));
  }

  private static BadTokenException bad(String why) {
    return BadTokenException.unverified(why);
  }
}
