package dev.mallard.server;

import static dev.mallard.server.Tables.header;
import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import dev.mallard.server.security.OpenIdConfig;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.server.security.TlsConfig;
import dev.mallard.signin.openid.KeyLocation;
import dev.mallard.signin.openid.OpenIdSettings;
import dev.mallard.testing.Await;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that takes the JWTs of an OpenID provider, and nothing else. */
class OpenIdServingTest {
  @TempDir private Path folder;
  @TempDir private Path keys;
  private Jwts provider;
  private TestServer server;

  @BeforeEach
  void start() {
    provider = new Jwts(keys.resolve("keys.json"));
    server = TestServer.start(folder, TestConfig.of(folder).security(security(provider.config())));
    Tables.put(
        server.client(), server.memory(), path("x.feather"), 1, 1, 10, bearer("alice", "full"));
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static SecurityConfig security(OpenIdConfig openId) {
    return new SecurityConfig(
        SignInConfig.OPEN, openId, TlsConfig.NONE, LimitConfig.DEFAULT, AuditConfig.NONE);
  }

  private CallOption bearer(String name, String role) {
    return bearer(provider.token(name, role));
  }

  private static CallOption bearer(String token) {
    return header("authorization", "Bearer " + token);
  }

  private void assertRefused(TestServer by, CallOption... options) {
    assertThatThrownBy(() -> Tables.read(by.client(), ticket("x"), options))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
  }

  private boolean isRefused(String token) {
    try {
      Tables.read(server.client(), ticket("x"), bearer(token));
      return false;
    } catch (FlightRuntimeException e) {
      return e.status().code() == FlightStatusCode.UNAUTHENTICATED;
    }
  }

  @Test
  void aTokenOfTheProviderLetsIn() {
    assertThat(Tables.read(server.client(), ticket("x"), bearer("bob", "read-only"))).hasSize(10);
  }

  @Test
  void whatIsNoSuchTokenDoesNot() {
    assertRefused(server);
    assertRefused(server, bearer(provider.token("alice", "full") + "x"));
    assertRefused(server, bearer("alice", "nobody-knows-this-role"));
    assertRefused(
        server,
        bearer(
            provider.token(
                "alice",
                "full",
                claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(90))))));
    assertRefused(server, header("authorization", "Basic YWxpY2U6c2VjcmV0"));
  }

  @Test
  void aKeyThatIsTakenBackEndsWhatItsCallersRead() {
    Tables.put(
        server.client(),
        server.memory(),
        path("large.feather"),
        1,
        200,
        20_000,
        bearer("alice", "full"));
    String token = provider.token("alice", "full");
    RawFlight.Call read =
        server.raw().doGet(Frames.ticket("large"), Map.of("authorization", "Bearer " + token));
    read.request(2);
    read.next();

    provider.rotate();

    Await.until("the token is refused", () -> isRefused(token));
    Await.until(
        "the read has ended",
        () -> {
          read.request(1);
          return read.isEnded();
        });
    assertThat(read.outcome().code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(Tables.read(server.client(), ticket("x"), bearer("alice", "full"))).hasSize(10);
  }

  @Test
  void keysAreFoundWhereTheProviderSays() throws Exception {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String issuer = "http://127.0.0.1:" + http.getAddress().getPort();
    answer(http, "/keys", provider.published());
    answer(
        http,
        "/.well-known/openid-configuration",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(issuer, issuer));
    http.start();
    OpenIdSettings settings =
        new OpenIdSettings(
            issuer,
            Set.of(Jwts.AUDIENCE),
            new KeyLocation.Discovered(),
            OpenIdSettings.DEFAULT_ALGORITHMS,
            "sub",
            Optional.empty());
    SecurityConfig security = security(new OpenIdConfig(Optional.of(settings)));
    Path other = keys.resolve("data");
    java.nio.file.Files.createDirectory(other);
    try (TestServer second = TestServer.start(other, TestConfig.of(other).security(security))) {
      String token = provider.token("alice", "any", claims -> claims.issuer(issuer));
      Tables.put(second.client(), second.memory(), path("x.feather"), 1, 1, 3, bearer(token));
      assertThat(Tables.read(second.client(), ticket("x"), bearer(token))).hasSize(3);
      assertRefused(second, bearer("alice", "full"));
    } finally {
      http.stop(0);
    }
  }

  private static void answer(HttpServer http, String path, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    http.createContext(
        path,
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
  }
}
