package dev.mallard.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.SignedJWT;
import dev.mallard.access.Role;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.server.security.TlsConfig;
import dev.mallard.signin.files.ApiToken;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** What the callers of the matrix show, and a server that knows some of them. */
final class MatrixPeople {
  private static final String PASSWORD = "alice's own";

  private final Jwts provider;
  private final TestUsers users;
  private final Map<MatrixCaller, String> tokens = new EnumMap<>(MatrixCaller.class);

  MatrixPeople(Path folder) throws IOException {
    provider = new Jwts(folder.resolve("keys.json"));
    tokens.put(MatrixCaller.JWT_OF_A_KEY_TAKEN_BACK, provider.token("bob", "full"));
    provider.rotate();
    users =
        TestUsers.in(folder.resolve("access"))
            .user("alice", PASSWORD)
            .user("root", "root's own", "admin")
            .user("gone", "gone's own")
            .disable("gone");
    makeTokens();
    makeJwts();
  }

  private void makeTokens() throws IOException {
    Optional<Instant> past = Optional.of(Instant.now().minus(Duration.ofHours(1)));
    Optional<Instant> future = Optional.of(Instant.now().plus(Duration.ofHours(1)));
    Optional<Role> all = Optional.empty();
    ApiToken known = users.token("alice");
    ApiToken revoked = users.token("alice");
    users.revoke(revoked);
    put(MatrixCaller.EXPIRED_TOKEN, users.token("alice", all, Optional.empty(), past));
    put(MatrixCaller.NOT_YET_VALID_TOKEN, users.token("alice", all, future, Optional.empty()));
    put(MatrixCaller.REVOKED_TOKEN, revoked);
    put(
        MatrixCaller.TOKEN_WITH_ANOTHER_SECRET,
        new ApiToken(known.id(), ApiToken.random().secret()));
    put(MatrixCaller.TOKEN_OF_A_DISABLED_USER, users.token("gone"));
    put(MatrixCaller.ADMIN, users.token("root"));
    put(
        MatrixCaller.OWNER_READ_ONLY,
        users.token("alice", Optional.of(Role.READ_ONLY), Optional.empty(), future));
  }

  private void put(MatrixCaller caller, ApiToken token) {
    tokens.put(caller, token.text());
  }

  private void makeJwts() {
    tokens.put(MatrixCaller.EXPIRED_JWT, timed("bob", -120, -7200));
    tokens.put(MatrixCaller.NOT_YET_VALID_JWT, timed("bob", 7200, 3600));
    tokens.put(MatrixCaller.JWT_WITHOUT_ROLE, provider.token("bob", "no-such-role"));
    tokens.put(MatrixCaller.JWT_OF_A_USER_WITH_PASSWORD, provider.token("alice", "admin"));
    tokens.put(MatrixCaller.OTHER_READ_ONLY, provider.token("rita", "read-only"));
    tokens.put(MatrixCaller.OTHER, provider.token("bob", "full"));
  }

  private String timed(String name, long expires, long begins) {
    Instant now = Instant.now();
    return provider.token(
        name,
        "full",
        claims ->
            claims
                .expirationTime(Date.from(now.plusSeconds(expires)))
                .notBeforeTime(Date.from(now.plusSeconds(begins))));
  }

  SecurityConfig security() {
    return users.security(
        new SecurityConfig(
            SignInConfig.OPEN,
            provider.config(),
            TlsConfig.NONE,
            LimitConfig.DEFAULT,
            AuditConfig.NONE));
  }

  /** The owner comes by name and password, and goes on with the token that he gets for it. */
  void signIn(RawFlight raw) throws ParseException, JOSEException {
    RawFlight.Call call =
        raw.start(
            "Handshake",
            MethodType.BIDI_STREAMING,
            CallOptions.DEFAULT,
            basic("alice:" + PASSWORD));
    call.request(1);
    call.end();
    if (!call.outcome().status().isOk()) {
      throw new AssertionError("alice is not let in: " + call.outcome().status());
    }
    String session = call.replyHeader("authorization").substring("Bearer ".length());
    tokens.put(MatrixCaller.OWNER, session);
    SignedJWT parsed = SignedJWT.parse(session);
    String[] parts = session.split("\\.");
    String claims = parsed.getPayload().toString().replace("alice", "root");
    String altered =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    tokens.put(MatrixCaller.ALTERED_SESSION, parts[0] + "." + altered + "." + parts[2]);
    SignedJWT foreign = new SignedJWT(parsed.getHeader(), parsed.getJWTClaimsSet());
    foreign.sign(new MACSigner("another server's key, of 256 bits and more"));
    tokens.put(MatrixCaller.SESSION_OF_ANOTHER_SERVER, foreign.serialize());
  }

  Map<String, String> headers(MatrixCaller caller) {
    return switch (caller) {
      case NOBODY -> Map.of();
      case GARBAGE -> bearer("garbage");
      case ANOTHER_SCHEME -> Map.of("authorization", "Negotiate YII=");
      case WRONG_PASSWORD -> basic("alice:wrong");
      case UNKNOWN_NAME -> basic("nobody-of-that-name:wrong");
      default -> bearer(tokens.get(caller));
    };
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("authorization", "Bearer " + token);
  }

  private static Map<String, String> basic(String pair) {
    String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return Map.of("authorization", "Basic " + encoded);
  }
}
