package dev.mallard.signin.own;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mallard.error.MallardException;
import dev.mallard.signin.files.SessionKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * The form of session tokens: JWTs of our own, signed with the server's key, of one type and one
 * algorithm. Stateless.
 */
final class SessionTokens {
  private static final String ISSUER = "mallard";
  private static final String AUDIENCE = "mallard-session";
  private static final String GENERATION = "gen";
  private static final String SIGNED_IN = "auth_time";

  private static final JWSHeader HEADER =
      new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("mallard-session")).build();

  /** A token with another header is not ours, so there is nothing in headers to be believed. */
  private static final String PREFIX = HEADER.toBase64URL() + ".";

  /** With the longest name there may be. */
  private static final int MAX_CHARS = 4096;

  private SessionTokens() {}

  /**
   * What a token says.
   *
   * @param signedIn when the password was shown; a renewed token keeps it
   */
  record Claims(String name, String generation, Instant signedIn, Instant issued, Instant expires) {
    static Claims begin(String name, String generation, Instant now, SessionTimes times) {
      return new Claims(name, generation, now, now, now.plus(times.life()));
    }

    /** For another token from now on, if that would live longer. */
    @Nullable Claims renewed(Instant now, SessionTimes times) {
      Duration half = Duration.between(issued, expires).dividedBy(2);
      Instant end = now.plus(times.life());
      Instant last = signedIn.plus(times.renewal());
      Instant until = end.isBefore(last) ? end : last;
      return now.isAfter(issued.plus(half)) && until.isAfter(expires)
          ? new Claims(name, generation, signedIn, now, until)
          : null;
    }
  }

  static boolean isOurs(String token) {
    return token.startsWith(PREFIX);
  }

  static String sign(Claims claims, SessionKey key) {
    JWTClaimsSet set =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .audience(AUDIENCE)
            .subject(claims.name())
            .claim(GENERATION, claims.generation())
            .claim(SIGNED_IN, claims.signedIn().getEpochSecond())
            .issueTime(Date.from(claims.issued()))
            .expirationTime(Date.from(claims.expires()))
            .build();
    SignedJWT token = new SignedJWT(HEADER, set);
    try {
      token.sign(new MACSigner(key.bytes()));
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a session token", e);
    }
    return token.serialize();
  }

  /**
   * What a token that is {@link #isOurs} says, which may be of any time.
   *
   * @throws MallardException UNAUTHENTICATED if this server has not made it
   */
  static Claims verify(String token, SessionKey key) {
    if (token.length() <= MAX_CHARS) {
      try {
        SignedJWT parsed = SignedJWT.parse(token);
        if (parsed.verify(new MACVerifier(key.bytes()))) {
          Claims claims = claims(parsed.getJWTClaimsSet());
          if (claims != null) {
            return claims;
          }
        }
      } catch (ParseException | JOSEException | IllegalArgumentException e) {
        // Said below, without the token.
      }
    }
    throw Refusal.because("the session token is not this server's; sign in again");
  }

  private static @Nullable Claims claims(JWTClaimsSet set) throws ParseException {
    String name = set.getSubject();
    String generation = set.getStringClaim(GENERATION);
    Long signedIn = set.getLongClaim(SIGNED_IN);
    Date issued = set.getIssueTime();
    Date expires = set.getExpirationTime();
    boolean isWhole =
        ISSUER.equals(set.getIssuer())
            && set.getAudience().size() == 1
            && AUDIENCE.equals(set.getAudience().get(0));
    if (!isWhole
        || name == null
        || generation == null
        || signedIn == null
        || issued == null
        || expires == null) {
      return null;
    }
    return new Claims(
        name, generation, Instant.ofEpochSecond(signedIn), issued.toInstant(), expires.toInstant());
  }
}
