package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.mallard.access.OpenSignIn;
import dev.mallard.access.SignIn;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.LimitConfig;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.impl.Flight.Action;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionEndTransactionRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * What clients prove themselves with, or own by knowing it, is sent in every place where that may
 * be, and is found nowhere: not in the audit trail, the log or an error message.
 */
class AuditSecretsTest {
  private static final String SECRET = "hunter2-S3cr3t-4f9b7c21e8";
  private static final String TOKEN = "mallard_k1_" + SECRET;

  /** Who is asked: nobody may come in, a name may with what is no secret here, or everybody may. */
  private enum Door {
    CLOSED,
    OPEN;

    SignIn signIn() {
      return this == OPEN ? new OpenSignIn() : KnownNames.of("ann");
    }
  }

  @TempDir private Path folder;
  @TempDir private Path elsewhere;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger ours = (Logger) LoggerFactory.getLogger("dev.mallard");
  private final Logger mapper =
      (Logger) LoggerFactory.getLogger("dev.mallard.flight.call.StatusMapper");
  private final List<String> errors = new ArrayList<>();

  @BeforeEach
  void listen() {
    log.start();
    ours.addAppender(log);
    ours.setAdditive(false);
    ours.setLevel(Level.TRACE);
    mapper.setLevel(Level.TRACE);
  }

  @AfterEach
  void stopListening() {
    ours.detachAppender(log);
    ours.setAdditive(true);
    ours.setLevel(null);
    mapper.setLevel(Level.ERROR);
  }

  @ParameterizedTest
  @EnumSource(Door.class)
  void noSecretIsWrittenAnywhere(Door door) throws Exception {
    Path trail = elsewhere.resolve("audit.jsonl");
    AuditConfig audit =
        new AuditConfig(Optional.of(trail.toString()), AuditConfig.Statements.TEXT, false);
    int calls;
    try (TestServer server =
        TestServer.start(
            folder, AuditTest.config(folder, audit, LimitConfig.DEFAULT), door.signIn())) {
      calls = send(server.raw());
    }
    List<String> lines = Files.readAllLines(trail);
    assertThat(lines).hasSize(calls).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
    assertThat(errors).isNotEmpty();
    String encoded = base64(SECRET).substring(0, 16);
    for (List<String> written : List.of(lines, errors, logged())) {
      assertThat(written)
          .noneMatch(text -> text.contains("S3cr3t"))
          .noneMatch(text -> text.contains("s3cr3t"))
          .noneMatch(text -> text.contains(encoded));
    }
  }

  private List<String> logged() {
    return log.list.stream()
        .map(event -> event.getFormattedMessage() + " " + event.getThrowableProxy())
        .toList();
  }

  private int send(RawFlight raw) {
    int calls = 0;
    for (Metadata headers : credentials()) {
      ask(raw, "ListFlights", new byte[0], headers);
      ask(raw, "DoGet", Frames.ticket("nothing"), headers);
      ask(raw, "Handshake", request(bytes("anything")), headers);
      calls += 3;
    }
    for (byte[] payload : payloads()) {
      ask(raw, "Handshake", request(payload), new Metadata());
      calls++;
    }
    for (String who : List.of("ann", TOKEN)) {
      Metadata headers = header("authorization", "Bearer " + who);
      for (String ticket : tickets()) {
        ask(raw, "DoGet", Frames.ticket(ticket), headers);
        calls++;
      }
      for (Action action : actions()) {
        ask(raw, "DoAction", action.toByteArray(), headers);
        calls++;
      }
      ask(
          raw,
          "GetFlightInfo",
          FlightDescriptor.newBuilder()
              .setType(FlightDescriptor.DescriptorType.CMD)
              .setCmd(
                  Any.pack(
                          CommandPreparedStatementQuery.newBuilder()
                              .setPreparedStatementHandle(ByteString.copyFromUtf8(SECRET))
                              .build())
                      .toByteString())
              .build()
              .toByteArray(),
          headers);
      calls++;
    }
    return calls;
  }

  private static List<Metadata> credentials() {
    List<Metadata> all = new ArrayList<>();
    for (String value :
        List.of(
            "Basic " + base64("ann:" + SECRET),
            "basic " + base64(SECRET + ":"),
            "Basic " + base64(TOKEN + ":x"),
            "Basic " + base64(SECRET),
            "Basic " + SECRET,
            "Bearer " + SECRET,
            "bearer " + TOKEN,
            "Digest " + SECRET,
            "Negotiate " + SECRET,
            SECRET)) {
      all.add(header("authorization", value));
    }
    for (String name : List.of("cookie", "x-api-key", "token", "x-" + SECRET.toLowerCase())) {
      all.add(header(name, SECRET));
      all.add(header(name, "arrow_flight_session_id=" + SECRET));
    }
    Metadata binary = new Metadata();
    binary.put(Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER), bytes(SECRET));
    all.add(binary);
    return all;
  }

  private static List<byte[]> payloads() {
    return List.of(
        bytes("{\"username\":\"ann\",\"password\":\"" + SECRET + "\"}"),
        bytes("{\"username\":\"" + SECRET + "\",\"password\":\"\"}"),
        bytes("{\"password\":\"" + SECRET + "\""),
        BasicAuth.newBuilder().setUsername("ann").setPassword(SECRET).build().toByteArray(),
        BasicAuth.newBuilder().setUsername(TOKEN).setPassword("x").build().toByteArray(),
        bytes(SECRET));
  }

  private static List<String> tickets() {
    return List.of(
        "{\"prepared\":\"" + SECRET + "\"}",
        "{\"result\":\"" + SECRET + "\"}",
        "{\"sql\":\"SELECT 1\",\"transaction\":\"" + SECRET + "\"}",
        "{\"dataset\":\"nothing\",\"plan\":\"" + SECRET + "\"}",
        "{\"dataset\":\"nothing\",\"token\":\"" + SECRET + "\"}",
        "{\"token\":\"" + SECRET + "\"",
        "{\"token\":" + SECRET + "}");
  }

  private static List<Action> actions() {
    return List.of(
        action(
            "ClosePreparedStatement",
            ActionClosePreparedStatementRequest.newBuilder()
                .setPreparedStatementHandle(ByteString.copyFromUtf8(SECRET))
                .build()),
        action(
            "EndTransaction",
            ActionEndTransactionRequest.newBuilder()
                .setTransactionId(ByteString.copyFromUtf8(SECRET))
                .setActionValue(1)
                .build()),
        Action.newBuilder().setType("whoami").setBody(ByteString.copyFromUtf8(SECRET)).build());
  }

  private static Action action(String type, Message body) {
    return Action.newBuilder().setType(type).setBody(Any.pack(body).toByteString()).build();
  }

  private void ask(RawFlight raw, String method, byte[] request, Metadata headers) {
    RawFlight.Call call =
        raw.start(method, MethodType.BIDI_STREAMING, CallOptions.DEFAULT, headers);
    call.request(1_000);
    call.send(request);
    call.end();
    RawFlight.Outcome outcome = call.outcome();
    if (!outcome.status().isOk()) {
      errors.add(outcome.description());
    }
  }

  private static Metadata header(String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return headers;
  }

  private static byte[] request(byte[] payload) {
    return HandshakeRequest.newBuilder()
        .setPayload(ByteString.copyFrom(payload))
        .build()
        .toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }
}
