package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.mallard.access.Role;
import dev.mallard.error.MallardException;
import dev.mallard.server.security.SecurityConfig;
import dev.mallard.server.security.SignInConfig;
import dev.mallard.signin.files.ApiToken;
import dev.mallard.testing.Await;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with users lets in them alone, in all the ways that clients have. */
class FileSignInTest {
  @TempDir private Path folder;
  private TestUsers users;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    users =
        TestUsers.in(folder.resolve("access"))
            .user("alice", "wonderland")
            .user("root", "secret", "admin")
            .user("gone", "away")
            .disable("gone");
    Path data = Files.createDirectory(folder.resolve("data"));
    server = TestServer.start(data, TestConfig.of(data).security(users.security()));
    CredentialCallOption token = token("alice", "wonderland");
    Tables.put(server.client(), server.memory(), path("x.feather"), 1, 1, 10, token);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private CredentialCallOption token(String name, String password) {
    return server.newClient().authenticateBasicToken(name, password).orElseThrow();
  }

  private static CallOption header(String value) {
    return Tables.header("authorization", value);
  }

  private static CallOption basic(String pair) {
    return header("Basic " + Base64.getEncoder().encodeToString(utf8(pair)));
  }

  private static CallOption bearer(ApiToken token) {
    return header("Bearer " + token.text());
  }

  private String whoami(CallOption... options) {
    Result only = server.client().doAction(new Action("whoami"), options).next();
    return new String(only.getBody(), StandardCharsets.UTF_8);
  }

  private static String json(String name, String role, String proof) {
    return "{\"name\":\"%s\",\"role\":\"%s\",\"proof\":\"%s\"}".formatted(name, role, proof);
  }

  private void refused(String said, CallOption... options) {
    FlightRuntimeException error =
        catchThrowableOfType(FlightRuntimeException.class, () -> whoami(options));
    assertThat(error).as(said).isNotNull();
    assertThat(error.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
    assertThat(error).hasMessageContaining(said);
  }

  @Test
  void nameAndPasswordOnACallOrOnHandshakeGiveASessionToken() {
    CredentialCallOption token = token("alice", "wonderland");

    assertThat(whoami(token)).isEqualTo(json("alice", "full", "password"));
    assertThat(whoami(basic("root:secret"))).isEqualTo(json("root", "admin", "password"));
    assertThat(Tables.read(server.client(), ticket("x"), token)).hasSize(10);
  }

  @Test
  void anAdminSeesWhoElseIsThere() {
    List<String> there = new ArrayList<>();
    server
        .client()
        .doAction(new Action("list_callers"), basic("root:secret"))
        .forEachRemaining(
            caller -> there.add(new String(caller.getBody(), StandardCharsets.UTF_8)));

    assertThat(there)
        .singleElement()
        .asString()
        .startsWith(
            "{\"name\":\"root\",\"role\":\"admin\",\"calls\":1,\"methods\":[\"DoAction\"],\"peers\":[\"")
        .contains("127.0.0.1:");
    assertThatThrownBy(
            () ->
                server
                    .client()
                    .doAction(new Action("list_callers"), basic("alice:wonderland"))
                    .hasNext())
        .hasMessageContaining("'alice' may not list callers (its role is full)");
  }

  @Test
  void javaClientsOfTheOldStyleAndTheJdbcDriverSignIn() throws Exception {
    FlightClient client = server.newClient();
    client.authenticateBasic("alice", "wonderland");
    assertThat(Tables.read(client, ticket("x"))).hasSize(10);

    try (var connection = Jdbc.connect(server, "&user=alice&password=wonderland")) {
      assertThat(Jdbc.rows(connection, "SELECT count(*) FROM x")).containsExactly("10");
    }
    ApiToken token = users.token("alice");
    Await.until("the token is known", () -> isIn(bearer(token)));
    try (var connection = Jdbc.connect(server, "&token=" + token.text())) {
      assertThat(Jdbc.rows(connection, "SELECT count(*) FROM x")).containsExactly("10");
    }
  }

  @Test
  void aHandshakeInBothFormsGivesATokenForTheOtherHeader() throws Exception {
    byte[] arrow =
        BasicAuth.newBuilder().setUsername("alice").setPassword("wonderland").build().toByteArray();
    byte[] json = utf8("{\"username\":\"alice\",\"password\":\"wonderland\"}");
    for (byte[] payload : List.of(arrow, json)) {
      RawFlight.Call call = handshake(payload);
      byte[] token =
          HandshakeResponse.parseFrom(call.outcome().messages().get(0)).getPayload().toByteArray();

      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER), token);
      RawFlight.Call next =
          server
              .raw()
              .start("ListFlights", MethodType.SERVER_STREAMING, CallOptions.DEFAULT, headers);
      next.request(10);
      next.send(new byte[0]);
      next.end();
      assertThat(next.outcome().messages()).hasSize(1);
    }
  }

  @Test
  void aHandshakeOfAnythingElseIsRefused() {
    for (byte[] payload :
        List.of(
            new byte[0],
            utf8("a secret of ours"),
            utf8("{\"username\":\"alice\",\"password\":\"wrong\"}"),
            utf8("{\"username\":\"bob\",\"password\":\"wonderland\"}"))) {
      assertThat(handshake(payload).outcome().code()).isEqualTo(Status.Code.UNAUTHENTICATED);
    }
  }

  private RawFlight.Call handshake(byte[] payload) {
    RawFlight.Call call =
        server.raw().start("Handshake", MethodType.BIDI_STREAMING, CallOptions.DEFAULT, Map.of());
    call.request(10);
    call.send(
        HandshakeRequest.newBuilder()
            .setPayload(ByteString.copyFrom(payload))
            .build()
            .toByteArray());
    call.end();
    return call;
  }

  @Test
  void whoShowsNothingIsToldHowToSignIn() {
    refused("sign in with name and password, or a token of this server");
    refused("sign in with name and password", header("Negotiate abc"));
  }

  @Test
  void whatIsWrongIsRefusedInTheSameWords() {
    for (String pair : List.of("alice:wrong", "nobody:wonderland", "gone:away", "alice:", ":")) {
      refused("not signed in: name or password is wrong", basic(pair));
    }
    refused("name or password is wrong", basic("alice:" + "x".repeat(5_000)));
    refused("name or password is wrong", basic("a".repeat(5_000) + ":x"));
    assertThat(whoami(basic("alice:wonderland"))).contains("alice");
  }

  @Test
  void tokensThatAreNotOursAreRefused() {
    String token = whoamiToken();
    for (String value :
        List.of(
            "Bearer x",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
            "Bearer unchecked.YWxpY2U",
            "Bearer mallard_",
            "Bearer mallard_x_y",
            "Bearer " + token.substring(0, token.length() - 4) + "AAAA",
            "Bearer " + token.substring(0, token.lastIndexOf('.') + 1))) {
      refused("not signed in: ", header(value));
    }
  }

  private String whoamiToken() {
    RawFlight.Call call =
        server
            .raw()
            .start(
                "ListFlights",
                MethodType.SERVER_STREAMING,
                CallOptions.DEFAULT,
                Map.of(
                    "authorization",
                    "Basic " + Base64.getEncoder().encodeToString(utf8("alice:wonderland"))));
    call.request(10);
    call.send(new byte[0]);
    call.end();
    call.outcome();
    return call.replyHeader("authorization").substring("Bearer ".length());
  }

  @Test
  void apiTokensSignInAsTheirOwnerWithinTheirLimits() throws Exception {
    Instant now = Instant.now();
    ApiToken full = users.token("root");
    ApiToken narrow =
        users.token("root", Optional.of(Role.READ_ONLY), Optional.empty(), Optional.empty());
    ApiToken wide =
        users.token("alice", Optional.of(Role.ADMIN), Optional.empty(), Optional.empty());
    ApiToken later =
        users.token("alice", Optional.empty(), Optional.of(now.plusSeconds(600)), Optional.empty());
    ApiToken over =
        users.token(
            "alice", Optional.empty(), Optional.empty(), Optional.of(now.minusSeconds(600)));
    ApiToken ofNobody = users.token("nobody");
    Await.until("the tokens are known", () -> isIn(bearer(wide)));

    assertThat(whoami(bearer(full))).isEqualTo(json("root", "admin", "token"));
    assertThat(whoami(bearer(narrow))).isEqualTo(json("root", "read-only", "token"));
    assertThat(whoami(bearer(wide))).isEqualTo(json("alice", "full", "token"));
    Await.until("the last one is known", () -> saysOf(bearer(ofNobody)).contains("owner"));
    refused("not valid before", bearer(later));
    refused("has expired", bearer(over));
    refused("has been revoked", bearer(new ApiToken(full.id(), narrow.secret())));

    users.revoke(full);
    Await.until("the token is revoked", () -> !isIn(bearer(full)));
    refused("has been revoked", bearer(full));
  }

  private boolean isIn(CallOption... options) {
    return saysOf(options).startsWith("{");
  }

  private String saysOf(CallOption... options) {
    try {
      return whoami(options);
    } catch (FlightRuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void changesOfUsersHoldWhileTheServerRuns() throws Exception {
    users.user("bob", "builder", "analyst").role("analyst", Role.READ_ONLY);
    Await.until("bob is known", () -> isIn(basic("bob:builder")));
    CredentialCallOption bob = token("bob", "builder");
    assertThat(whoami(bob)).isEqualTo(json("bob", "read-only", "password"));

    users.role("analyst", Role.ADMIN);
    Await.until("the role may more", () -> saysOf(bob).contains("admin"));

    users.removeRole("analyst");
    Await.until("the role is gone", () -> !isIn(bob));

    users.role("analyst", Role.FULL);
    Await.until("the role is back", () -> isIn(bob));

    users.user("bob", "builder", "analyst");
    Await.until("the password was set", () -> !isIn(bob));
    Await.until("the same password is good again", () -> isIn(basic("bob:builder")));

    users.remove("bob");
    Await.until("bob is gone", () -> !isIn(basic("bob:builder")));
    refused("name or password is wrong", basic("bob:builder"));
    assertThat(isIn(basic("alice:wonderland"))).isTrue();
  }

  @Test
  void aBrokenFileChangesNothingUntilItIsMended() throws Exception {
    Path file = folder.resolve("access/users.yaml");
    String good = Files.readString(file);
    Files.writeString(file, good + "eve: {password: clear text}\n");
    users.role("marker", Role.FULL);
    ApiToken marker = users.token("alice");
    Await.until("the folder was looked at", () -> isIn(bearer(marker)));
    assertThat(isIn(basic("alice:wonderland"))).isTrue();

    Files.writeString(file, good.replaceAll("(?m)^alice:", "alicia:"));
    Await.until("the mended file holds", () -> isIn(basic("alicia:wonderland")));
    refused("name or password is wrong", basic("alice:wonderland"));
  }

  @Test
  void sessionsOutliveTheServer() throws Exception {
    String token = "Bearer " + whoamiToken();
    server.close();
    Path data = folder.resolve("data");
    server = TestServer.start(data, TestConfig.of(data).security(users.security()));

    assertThat(whoami(header(token))).isEqualTo(json("alice", "full", "password"));
  }

  @Test
  void aOneUserServerNeedsNoFile() throws Exception {
    Path data = Files.createDirectory(folder.resolve("other"));
    SecurityConfig open = SecurityConfig.OPEN;
    SecurityConfig security =
        new SecurityConfig(
            new SignInConfig(
                Optional.empty(), Optional.of(SignInConfig.OneUser.parse("ann:a:b;c"))),
            open.openId(),
            open.tls(),
            open.limits(),
            open.audit());
    server.close();
    server = TestServer.start(data, TestConfig.of(data).security(security));

    assertThat(whoami(basic("ann:a:b;c"))).isEqualTo(json("ann", "admin", "password"));
    refused("name or password is wrong", basic("ann:a:b"));
    assertThat(security.toString()).doesNotContain("a:b");
  }

  @Test
  void aFolderThatIsNotGoodStopsTheStart() throws Exception {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    cannotStart(folder.resolve("none"), "there is no access folder", "mallard user add");
    cannotStart(empty, "it has no users", "mallard user add");
    Path file = empty.resolve("users.yaml");
    Files.writeString(file, "bob:\n  pasword: x\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    cannotStart(empty, "users.yaml", "line 2", "'pasword' is not known");
    Files.writeString(file, "bob:\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    cannotStart(empty, "users.yaml", "others may read it", "chmod 600");
  }

  private void cannotStart(Path access, String... said) {
    Path data = folder.resolve("data");
    SecurityConfig open = SecurityConfig.OPEN;
    SecurityConfig security =
        new SecurityConfig(
            new SignInConfig(Optional.of(access), Optional.empty()),
            open.openId(),
            open.tls(),
            open.limits(),
            open.audit());
    assertThatThrownBy(() -> MallardServer.start(TestConfig.of(data).security(security).build()))
        .isInstanceOf(MallardException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(said));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
