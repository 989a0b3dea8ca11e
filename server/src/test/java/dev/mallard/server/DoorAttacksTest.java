package dev.mallard.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.flight.impl.Flight.Criteria;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Handshakes and headers that no client would send: refused in words, and nothing stays of them.
 */
class DoorAttacksTest {
  private static final Set<Code> REFUSED =
      EnumSet.of(Code.UNAUTHENTICATED, Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED);

  @TempDir private Path folder;
  private final Random random = new Random(20_261_122);
  private TestServer server;
  private RawFlight raw;
  private String token;

  @BeforeEach
  void start() throws Exception {
    TestUsers users = TestUsers.in(folder.resolve("access")).user("alice", "wonderland");
    token = users.token("alice").text();
    Path data = Files.createDirectory(folder.resolve("data"));
    server = TestServer.start(data, TestConfig.of(data).security(users.security()));
    raw = server.raw();
  }

  /** Whatever was tried, who may come in still does; and the server's close finds nothing left. */
  @AfterEach
  void stop() throws Exception {
    assertThat(list(ascii("authorization", "Bearer " + token)).getCode()).isEqualTo(Code.OK);
    server.close();
  }

  private static Metadata ascii(String name, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
    return headers;
  }

  private Status list(Metadata headers) {
    RawFlight.Call call =
        raw.start("ListFlights", MethodType.SERVER_STREAMING, CallOptions.DEFAULT, headers);
    call.request(10);
    call.send(Criteria.getDefaultInstance().toByteArray());
    call.end();
    return call.outcome().status();
  }

  private RawFlight.Call handshake(RawFlight by) {
    RawFlight.Call call =
        by.start("Handshake", MethodType.BIDI_STREAMING, CallOptions.DEFAULT, Map.of());
    call.request(1_000);
    return call;
  }

  private static byte[] message(byte[] payload) {
    return HandshakeRequest.newBuilder()
        .setPayload(ByteString.copyFrom(payload))
        .build()
        .toByteArray();
  }

  private byte[] random(int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] wrongPassword(int number) {
    String json = "{\"username\":\"user%d\",\"password\":\"wrong\"}".formatted(number);
    return message(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void randomHandshakesAreRefused() {
    for (int i = 0; i < 300; i++) {
      RawFlight.Call call = handshake(raw);
      call.send(i % 2 == 0 ? random(200) : message(random(200)));
      call.end();
      RawFlight.Outcome outcome = call.outcome();
      boolean isSilent = outcome.messages().isEmpty();
      assertThat(isSilent).as(outcome.toString()).isTrue();
      assertThat(outcome.code()).isIn(REFUSED);
    }
  }

  @Test
  void aLargeHandshakeIsRefused() {
    RawFlight.Call call = handshake(raw);
    call.send(message(new byte[10 << 20]));
    call.end();
    assertThat(call.outcome().code()).isIn(Code.INVALID_ARGUMENT, Code.RESOURCE_EXHAUSTED);
    assertThat(call.outcome().messages()).isEmpty();
  }

  @Test
  void aHandshakeIsAnsweredOnceHoweverOftenItIsRepeated() {
    RawFlight.Call call = handshake(raw);
    for (int i = 0; i < 500; i++) {
      call.send(wrongPassword(1));
    }
    call.end();
    assertThat(call.outcome().code()).isIn(REFUSED);
    assertThat(call.outcome().messages()).isEmpty();
  }

  @Test
  void aHandshakeThatSaysNothingGivesNothing() {
    RawFlight.Call call = handshake(raw);
    call.end();
    assertThat(call.outcome().messages()).isEmpty();
    assertThat(call.replyHeader("authorization")).isNull();
  }

  @Test
  void aThousandHandshakesAtOnceLeaveRoomForWhoIsIn() {
    List<RawFlight.Call> calls = new ArrayList<>();
    List<RawFlight> clients = List.of(raw, server.raw(), server.raw(), server.raw());
    for (int i = 0; i < 1_000; i++) {
      RawFlight.Call call = handshake(clients.get(i % clients.size()));
      call.send(wrongPassword(i % 8));
      call.end();
      calls.add(call);
    }
    assertThat(list(ascii("authorization", "Bearer " + token)).getCode()).isEqualTo(Code.OK);
    for (RawFlight.Call call : calls) {
      assertThat(call.outcome().code()).isIn(REFUSED);
    }
  }

  @Test
  void handshakesThatAreLeftInTheMiddleLeaveNothing() {
    List<RawFlight.Call> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      RawFlight.Call call = handshake(raw);
      if (i % 2 == 0) {
        call.send(wrongPassword(i));
      }
      calls.add(call);
    }
    calls.forEach(RawFlight.Call::cancel);
    calls.forEach(call -> assertThat(call.outcome().status().isOk()).isFalse());
  }

  @Test
  void headersOfAnyContentAreRefused() {
    String session =
        Base64.getEncoder().encodeToString("alice:wrong".getBytes(StandardCharsets.UTF_8));
    List<String> seeds =
        List.of(
            "Basic " + session,
            "Bearer " + token,
            "Bearer mallard_",
            "Bearer mallard__",
            "Bearer mallard_x_y",
            "Bearer a.b.c",
            "Bearer",
            "Basic",
            "Negotiate x");
    for (int i = 0; i < 300; i++) {
      StringBuilder value = new StringBuilder(seeds.get(i % seeds.size()));
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        value.insert(random.nextInt(value.length() + 1), (char) ('!' + random.nextInt(90)));
      }
      Metadata headers = ascii("authorization", value.toString());
      headers.put(Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER), random(300));
      headers.put(Metadata.Key.of("cookie", Metadata.ASCII_STRING_MARSHALLER), value.toString());
      assertThat(list(headers).getCode()).as(value.toString()).isIn(REFUSED);
    }
  }

  @Test
  void binaryTokensOfAnyContentAreRefused() {
    for (int i = 0; i < 200; i++) {
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER), random(2_000));
      assertThat(list(headers).getCode()).isIn(REFUSED);
    }
  }

  @Test
  void headersOfWhoIsInAreReadOrRefusedInWords() {
    for (int i = 0; i < 200; i++) {
      Metadata headers = ascii("authorization", "Bearer " + token);
      for (String name :
          List.of("mallard-endpoints", "mallard-compression", "mallard-put-mode", "cookie")) {
        byte[] any = random(100);
        StringBuilder value = new StringBuilder();
        for (byte b : any) {
          value.append((char) (' ' + (b & 0x7f) % 95));
        }
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value.toString());
      }
      assertThat(list(headers).getCode()).isIn(Code.OK, Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void moreHeadersThanAServerTakesAreRefused() {
    Metadata headers = ascii("authorization", "Bearer " + "x".repeat(60_000));
    assertThat(list(headers).getCode()).isIn(REFUSED);
    assertThat(list(ascii("authorization", "Bearer " + "x".repeat(1 << 20))).isOk()).isFalse();
  }

  @Test
  void bytesThatAreNoHttpLeaveNothing() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket("127.0.0.1", server.server().port())) {
        OutputStream out = socket.getOutputStream();
        if (i % 2 == 0) {
          out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.write(random(500));
        out.flush();
      } catch (java.net.SocketException e) {
        // The server has closed it already.
      }
    }
  }
}
