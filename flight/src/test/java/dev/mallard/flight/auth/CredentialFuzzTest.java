package dev.mallard.flight.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.mallard.access.Credentials;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Whatever a client shows is credentials of some kind, or is refused in words. */
class CredentialFuzzTest {
  private static final int ROUNDS = 12_000;
  private static final Metadata.Key<byte[]> HANDSHAKE_TOKEN =
      Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private static final List<String> SEEDS =
      List.of(
          "Basic YWxpY2U6c2VjcmV0",
          "basic YWxpY2U=",
          "Basic",
          "Basic ",
          "Basic  YWxpY2U6c2VjcmV0  ",
          "BASIC %%%",
          "Bearer a.b.c",
          "Bearer",
          "Bearer ",
          "bearer  x",
          "Negotiate YII=",
          "Digest username=\"a\"",
          "",
          " ",
          ",",
          "Basic,Bearer",
          "{\"username\":\"a\",\"password\":\"b\"}",
          "{\"username\":\"a\"}",
          "{\"username\":{}}",
          "[]",
          "null",
          "[[[[[[[[[[",
          "\n\u0005alice\u0012\u0006secret",
          "\n\u007falice",
          "\u0012\u0006secret");

  private final Random random = new Random(20_261_122);

  @Test
  void headersAreCredentialsOrRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      Metadata headers = new Metadata();
      int values = random.nextInt(3);
      for (int j = 0; j <= values; j++) {
        headers.put(CredentialHeaders.AUTHORIZATION, ascii());
      }
      if (random.nextBoolean()) {
        headers.put(HANDSHAKE_TOKEN, bytes());
      }
      if (random.nextInt(4) == 0) {
        headers.removeAll(CredentialHeaders.AUTHORIZATION);
      }
      assertReads(() -> CredentialHeaders.read(headers), ErrorCode.UNAUTHENTICATED);
      assertThat(CredentialHeaders.areShown(headers)).isIn(true, false);
    }
  }

  @Test
  void handshakesAreCredentialsOrRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      ByteString payload = ByteString.copyFrom(bytes());
      assertReads(() -> HandshakePayload.read(payload), ErrorCode.INVALID_ARGUMENT);
    }
    ByteString large = ByteString.copyFrom(new byte[10 << 20]);
    assertReads(() -> HandshakePayload.read(large), ErrorCode.INVALID_ARGUMENT);
    ByteString deep = ByteString.copyFromUtf8("[".repeat(60_000));
    assertReads(() -> HandshakePayload.read(deep), ErrorCode.INVALID_ARGUMENT);
  }

  private static void assertReads(Supplier<Credentials> read, ErrorCode otherwise) {
    try {
      assertThat(read.get()).isNotNull();
    } catch (MallardException e) {
      assertThat(e.code()).isEqualTo(otherwise);
      assertThat(e.getMessage()).hasSizeLessThan(300);
    }
  }

  private String ascii() {
    StringBuilder text = new StringBuilder(mutated());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      text.setCharAt(i, c < ' ' || c > '~' ? '?' : c);
    }
    return text.toString();
  }

  private byte[] bytes() {
    if (random.nextInt(3) == 0) {
      byte[] any = new byte[random.nextInt(200)];
      random.nextBytes(any);
      return any;
    }
    return mutated()
        .getBytes(random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
  }

  private String mutated() {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int changes = random.nextInt(6); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, (char) random.nextInt(256));
        case 1 -> text.insert(at, SEEDS.get(random.nextInt(SEEDS.size())));
        case 2 -> text.setLength(at);
        default -> text.insert(at, "A".repeat(random.nextInt(2_000)));
      }
    }
    return text.toString();
  }
}
