package dev.mallard.flight.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Metadata;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Headers of any content are read, or refused in words. */
class HeaderFuzzTest {
  private static final int ROUNDS = 10_000;
  private static final List<String> NAMES =
      List.of(
          "mallard-endpoints", "mallard-compression", "mallard-put-mode", "cookie", "user-agent");
  private static final List<String> SEEDS =
      List.of(
          "1",
          "-1",
          "1024",
          "1025",
          "99999999999999999999",
          "0x10",
          "1e3",
          "lz4",
          "zstd",
          "none",
          "gzip",
          "replace",
          "append",
          "arrow_flight_session_id=0123456789abcdef",
          "arrow_flight_session_id=\"x\"",
          "arrow_flight_session_id",
          "=",
          ";;;",
          "a=b; c=d, e=f",
          "arrow_flight_session_id=",
          "arrow_flight_session_id=\"",
          "grpc-java-netty/1.70",
          "",
          " ");

  private final Random random = new Random(20_261_122);

  @Test
  void anyHeadersAreReadOrRefused() {
    for (int i = 0; i < ROUNDS; i++) {
      Metadata metadata = new Metadata();
      for (int values = random.nextInt(6); values >= 0; values--) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value());
      }
      CallHeaders headers = new CallHeaders(metadata, new ReplyHeaders(), null, false);
      assertReads(headers::endpoints);
      assertReads(headers::compression);
      assertReads(headers::putMode);
      assertThat(headers.session()).isNotEqualTo("");
      assertThat(headers.isJavaClient()).isIn(true, false);
    }
  }

  private static void assertReads(Supplier<?> read) {
    try {
      assertThat(read.get()).isNotNull();
    } catch (MallardException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }

  private String value() {
    StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
    for (int changes = random.nextInt(5); changes > 0; changes--) {
      int at = random.nextInt(text.length() + 1);
      switch (random.nextInt(3)) {
        case 0 -> text.insert(at, (char) (' ' + random.nextInt(95)));
        case 1 -> text.insert(at, SEEDS.get(random.nextInt(SEEDS.size())));
        default -> text.setLength(at);
      }
    }
    return text.toString();
  }
}
