package dev.mallard.flight.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.Compression;
import dev.mallard.catalog.PutMode;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import io.grpc.Metadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallHeadersTest {
  private static CallHeaders headers(String... namesAndValues) {
    Metadata metadata = new Metadata();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      metadata.put(
          Metadata.Key.of(namesAndValues[i], Metadata.ASCII_STRING_MARSHALLER),
          namesAndValues[i + 1]);
    }
    return new CallHeaders(metadata, new ReplyHeaders(), null, false);
  }

  @Test
  void withoutHeadersEverythingIsAsUsual() {
    CallHeaders none = headers();
    assertThat(none.endpoints()).isEqualTo(1);
    assertThat(none.compression()).isEmpty();
    assertThat(none.putMode()).isEqualTo(PutMode.REPLACE);
    assertThat(none.session()).isNull();
    assertThat(none.isJavaClient()).isFalse();
  }

  @Test
  void whatIsAskedForIsRead() {
    assertThat(headers("mallard-endpoints", "8").endpoints()).isEqualTo(8);
    assertThat(headers("mallard-endpoints", "1024").endpoints()).isEqualTo(1024);
    assertThat(headers("mallard-compression", "lz4").compression()).contains(Compression.LZ4_FRAME);
    assertThat(headers("mallard-compression", "ZSTD").compression()).contains(Compression.ZSTD);
    assertThat(headers("mallard-compression", "none").compression()).isEmpty();
    assertThat(headers("mallard-put-mode", "append").putMode()).isEqualTo(PutMode.APPEND);
    assertThat(headers("mallard-put-mode", "replace").putMode()).isEqualTo(PutMode.REPLACE);
    assertThat(headers("user-agent", "grpc-java-netty/1.70").isJavaClient()).isTrue();
  }

  @Test
  void theSessionIsFoundAmongOtherCookies() {
    String one = headers("cookie", "a=b; arrow_flight_session_id=s1; c=d").session();
    String two = headers("cookie", "a=b", "cookie", "arrow_flight_session_id=s1").session();
    assertThat(one).isEqualTo("s1");
    assertThat(two).isEqualTo("s1");
    assertThat(headers("cookie", "other=s1").session()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1025", "1e3", "4294967297", "all"})
  void endpointsThatMakeNoSenseAreRefused(String value) {
    assertRefused(() -> headers("mallard-endpoints", value).endpoints(), "mallard-endpoints");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lz5", "gzip", "lz4,zstd"})
  void compressionThatIsNotKnownIsRefused(String value) {
    assertRefused(() -> headers("mallard-compression", value).compression(), "mallard-compression");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "appended", "merge"})
  void aModeThatIsNotKnownIsRefused(String value) {
    assertRefused(() -> headers("mallard-put-mode", value).putMode(), "mallard-put-mode");
  }

  private static void assertRefused(Runnable call, String header) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageStartingWith("header " + header + ": ")
        .hasMessageContaining("expected: ");
  }
}
