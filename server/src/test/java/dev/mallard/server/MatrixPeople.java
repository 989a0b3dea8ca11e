package dev.mallard.server;

import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.server.security.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;

/** What the callers of the matrix show, and a server that knows some of them. */
final class MatrixPeople {
  private final Jwts provider;
  private final String takenBack;

  MatrixPeople(Path folder) {
    provider = new Jwts(folder.resolve("keys.json"));
    takenBack = provider.token("alice", "full");
    provider.rotate();
  }

  SecurityConfig security() {
    return new SecurityConfig(
        SignInConfig.OPEN,
        provider.config(),
        TlsConfig.NONE,
        LimitConfig.DEFAULT,
        AuditConfig.NONE);
  }

  Map<String, String> headers(MatrixCaller caller) {
    return switch (caller) {
      case NOBODY -> Map.of();
      case GARBAGE -> bearer("garbage");
      case ANOTHER_SCHEME -> Map.of("authorization", "Negotiate YII=");
      case WRONG_PASSWORD -> basic("alice:wrong");
      case UNKNOWN_NAME -> basic("nobody-of-that-name:wrong");
      case EXPIRED_JWT -> bearer(token("alice", -120, -7200));
      case NOT_YET_VALID_JWT -> bearer(token("alice", 7200, 3600));
      case JWT_OF_A_KEY_TAKEN_BACK -> bearer(takenBack);
      case JWT_WITHOUT_ROLE -> bearer(provider.token("alice", "no-such-role"));
      case OTHER_READ_ONLY -> bearer(provider.token("rita", "read-only"));
      case OWNER_READ_ONLY -> bearer(provider.token("alice", "read-only"));
      case OTHER -> bearer(provider.token("bob", "full"));
      case ADMIN -> bearer(provider.token("root", "admin"));
      case OWNER -> bearer(provider.token("alice", "full"));
    };
  }

  private String token(String name, long expires, long begins) {
    Instant now = Instant.now();
    return provider.token(
        name,
        "full",
        claims ->
            claims
                .expirationTime(Date.from(now.plusSeconds(expires)))
                .notBeforeTime(Date.from(now.plusSeconds(begins))));
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("authorization", "Bearer " + token);
  }

  private static Map<String, String> basic(String pair) {
    String encoded = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return Map.of("authorization", "Basic " + encoded);
  }
}
