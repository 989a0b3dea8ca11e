package dev.mallard.server;

import static dev.mallard.server.Tables.path;
import static dev.mallard.server.Tables.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server without users takes what clients insist on showing, in all the ways they do. */
class SignInTest {
  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() {
    server = TestServer.start(folder);
    Tables.put(server.client(), server.memory(), path("x.feather"), 1, 1, 10);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void javaClientsGetABearerTokenForNameAndPassword() {
    FlightClient client = server.newClient();

    CredentialCallOption token = client.authenticateBasicToken("alice", "secret").orElseThrow();

    assertThat(Tables.read(client, ticket("x"), token)).hasSize(10);
  }

  @Test
  void javaClientsOfTheOldStyleGetATokenByHandshake() {
    FlightClient client = server.newClient();

    client.authenticateBasic("alice", "secret");

    assertThat(Tables.read(client, ticket("x"))).hasSize(10);
  }

  @Test
  void theJdbcDriverConnectsWithUserAndPasswordAndWithAToken() throws Exception {
    for (String credentials : List.of("&user=alice&password=secret", "&token=made-elsewhere")) {
      try (Connection connection = Jdbc.connect(server, credentials)) {
        assertThat(Jdbc.rows(connection, "SELECT count(*) FROM x")).containsExactly("10");
      }
    }
  }

  @Test
  void basicOnAnyCallIsAnsweredWithATokenEvenIfTheAnswerIsEmpty() {
    RawFlight raw = server.raw();
    RawFlight.Call empty = ask(raw, "ListFlights", criteria("none"), basic("alice:secret"));
    assertThat(empty.outcome().status().isOk()).isTrue();
    String token = empty.replyHeader("authorization");
    assertThat(token).startsWith("Bearer ");

    RawFlight.Call next = ask(raw, "ListFlights", criteria("x"), Map.of("authorization", token));

    assertThat(next.outcome().messages()).hasSize(1);
    assertThat(next.replyHeader("authorization")).as("only Basic asks for a token").isNull();
  }

  @Test
  void whoamiSaysWhatIsTakenForTrue() {
    FlightClient client = server.newClient();
    CredentialCallOption token = client.authenticateBasicToken("alice", "secret").orElseThrow();

    assertThat(whoami(client))
        .isEqualTo("{\"name\":\"anonymous\",\"role\":\"full\",\"proof\":\"none\"}");
    assertThat(whoami(client, token))
        .isEqualTo("{\"name\":\"alice\",\"role\":\"full\",\"proof\":\"unchecked\"}");
  }

  private static String whoami(FlightClient client, CallOption... options) {
    Result only = client.doAction(new Action("whoami"), options).next();
    return new String(only.getBody(), StandardCharsets.UTF_8);
  }

  @Test
  void goClientsAreAnsweredBeforeTheySendAnything() {
    RawFlight.Call call = start(server.raw(), basic("alice:secret"));
    call.request(1);

    RawFlight.Outcome outcome = call.outcome();
    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.messages()).isEmpty();
    assertThat(call.replyHeader("authorization")).startsWith("Bearer ");
  }

  @Test
  void tokensOfAnybodyAreTaken() {
    RawFlight raw = server.raw();
    for (String value :
        List.of("Bearer x", "bearer eyJhbGciOiJub25lIn0.e30.", "Bearer", "Negotiate abc", "x")) {
      RawFlight.Call call = ask(raw, "ListFlights", criteria("x"), Map.of("authorization", value));
      assertThat(call.outcome().messages()).as(value).hasSize(1);
    }
  }

  @Test
  void aDamagedBasicHeaderIsRefusedInOneClearLine() {
    for (String value : List.of("Basic", "Basic ?", "Basic " + base64("no colon"))) {
      RawFlight.Call call =
          ask(server.raw(), "ListFlights", criteria("x"), Map.of("authorization", value));
      assertThat(call.outcome().code()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(call.outcome().description()).contains("NAME:PASSWORD");
    }
  }

  @Test
  void aHandshakeInEveryFormGivesATokenThatIsTaken() throws Exception {
    byte[] arrow =
        BasicAuth.newBuilder().setUsername("alice").setPassword("secret").build().toByteArray();
    byte[] json = utf8("{\"username\":\"alice\",\"password\":\"secret\"}");
    for (byte[] payload : List.of(arrow, json, new byte[0], utf8("a secret of ours"))) {
      RawFlight.Call call = start(server.raw(), Map.of());
      call.request(10);
      call.send(request(payload));
      byte[] token = payloadOf(call.next());
      call.end();
      assertThat(call.outcome().status().isOk()).isTrue();

      Metadata headers = new Metadata();
      headers.put(Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER), token);
      RawFlight.Call next =
          server.raw().start("ListFlights", MethodType.SERVER_STREAMING, options(), headers);
      next.request(10);
      next.send(criteria("x"));
      next.end();
      assertThat(next.outcome().messages()).hasSize(1);
    }
  }

  @Test
  void bothWaysOfSayingNameAndPasswordGiveTheSameToken() throws Exception {
    byte[] arrow =
        BasicAuth.newBuilder().setUsername("alice").setPassword("secret").build().toByteArray();
    byte[] json = utf8("{\"username\":\"alice\",\"password\":\"other\"}");

    assertThat(handshake(arrow)).isEqualTo(handshake(json)).isNotEqualTo(handshake(utf8("bob")));
  }

  private byte[] handshake(byte[] payload) throws InvalidProtocolBufferException {
    RawFlight.Call call = start(server.raw(), Map.of());
    call.request(10);
    call.send(request(payload));
    call.end();
    return payloadOf(call.outcome().messages().get(0));
  }

  /** As pyarrow's own handlers do. */
  @Test
  void nameAndPasswordMayComeOneByOne() throws Exception {
    RawFlight.Call call = start(server.raw(), Map.of());
    call.request(10);
    call.send(request(utf8("alice")));
    call.send(request(utf8("secret")));
    call.end();

    RawFlight.Outcome outcome = call.outcome();
    assertThat(outcome.status().isOk()).isTrue();
    assertThat(outcome.messages()).as("one token").hasSize(1);
  }

  @Test
  void aHandshakeThatIsTooLargeIsRefusedAndTheConnectionLives() {
    RawFlight raw = server.raw();
    for (int size : new int[] {100_000, 10 << 20}) {
      RawFlight.Call call = start(raw, Map.of());
      call.request(10);
      call.send(request(new byte[size]));
      call.end();
      assertThat(call.outcome().code())
          .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED);
      assertThat(call.outcome().description()).contains("bytes");
    }
    assertThat(ask(raw, "ListFlights", criteria("x"), Map.of()).outcome().messages()).hasSize(1);
  }

  /** A reply's header that is too long for clients would break the call. */
  @Test
  void aNameOfAnyLengthSignsIn() {
    String name = "n".repeat(20_000);
    RawFlight.Call call = ask(server.raw(), "ListFlights", criteria("x"), basic(name + ":p"));

    assertThat(call.outcome().messages()).hasSize(1);
    assertThat(call.replyHeader("authorization")).hasSizeLessThan(1_000);
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT;
  }

  private static RawFlight.Call start(RawFlight raw, Map<String, String> headers) {
    return raw.start("Handshake", MethodType.BIDI_STREAMING, options(), headers);
  }

  private static RawFlight.Call ask(
      RawFlight raw, String method, byte[] request, Map<String, String> headers) {
    RawFlight.Call call = raw.start(method, MethodType.SERVER_STREAMING, options(), headers);
    call.request(1_000);
    call.send(request);
    call.end();
    return call;
  }

  private static Map<String, String> basic(String pair) {
    return Map.of("authorization", "Basic " + base64(pair));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(utf8(text));
  }

  private static byte[] criteria(String name) {
    return org.apache.arrow.flight.impl.Flight.Criteria.newBuilder()
        .setExpression(ByteString.copyFromUtf8(name))
        .build()
        .toByteArray();
  }

  private static byte[] request(byte[] payload) {
    return HandshakeRequest.newBuilder()
        .setPayload(ByteString.copyFrom(payload))
        .build()
        .toByteArray();
  }

  private static byte[] payloadOf(byte[] response) throws InvalidProtocolBufferException {
    byte[] payload = HandshakeResponse.parseFrom(response).getPayload().toByteArray();
    assertThat(payload).isNotEmpty();
    return payload;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
