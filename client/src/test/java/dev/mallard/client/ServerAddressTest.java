package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "grpc://localhost:8815, false, localhost, 8815",
    "grpc+tcp://localhost:1, false, localhost, 1",
    "grpc+tls://data.example.org:443, true, data.example.org, 443",
    "grpc://data.example.org, false, data.example.org, 8815",
    "grpc+tls://data.example.org/, true, data.example.org, 8815",
    "GRPC+TLS://data.example.org:65535, true, data.example.org, 65535",
    "grpc://127.0.0.1:9000, false, 127.0.0.1, 9000",
    "grpc://[::1]:9000, false, [::1], 9000",
    "grpc+tls://[2001:db8::7], true, [2001:db8::7], 8815",
  })
  void readsAddressesAsFlightClientsWriteThem(String uri, boolean tls, String host, int port) {
    assertThat(ServerAddress.parse(uri)).isEqualTo(new ServerAddress(tls, host, port, null, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "localhost:8815",
        "http://localhost:8815",
        "grpc+unix:///tmp/socket",
        "grpc://",
        "grpc://:8815",
        "grpc://local host:8815",
        "grpc://localhost:port",
        "grpc://localhost:0",
        "grpc://localhost:65536",
        "grpc://localhost:99999999999",
        "grpc://localhost:-1",
        "grpc://::1:8815",
        "grpc://[::1:8815",
        "grpc://localhost:8815/sales",
        "grpc://localhost:8815?useEncryption=false",
        "grpc://localhost:8815#sales",
      })
  void refusesWhatIsNone(String uri) {
    assertThatThrownBy(() -> ServerAddress.parse(uri))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage(
            "server address: '" + uri + "' (expected: grpc://HOST:PORT or grpc+tls://HOST:PORT)");
  }

  @Test
  void credentialsAreReadAndNotPrinted() {
    ServerAddress address = ServerAddress.parse("grpc://duck:qu%40ck@localhost:8815");
    assertThat(address.login()).isEqualTo(Login.parse("duck:qu%40ck"));
    assertThat(address).hasToString("grpc://localhost:8815");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc://duck:quack@localhost:0", "http://duck:quack@localhost"})
  void passwordsAreNotRepeated(String uri) {
    assertThatThrownBy(() -> ServerAddress.parse(uri))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("duck:")
        .hasMessageNotContaining("quack");
  }

  @Test
  void printsItselfAsItIsRead() {
    for (String uri :
        new String[] {"grpc://localhost:8815", "grpc+tls://[::1]:443", "grpc://127.0.0.1:1"}) {
      assertThat(ServerAddress.parse(uri)).hasToString(uri);
    }
    assertThat(ServerAddress.plain("::1", 8815)).hasToString("grpc://[::1]:8815");
  }

  @Test
  void certificatesToTrustChangeNothingElse() {
    ServerAddress address = ServerAddress.parse("grpc+tls://localhost:443");
    assertThat(address.trusting(Path.of("ca.pem")))
        .isEqualTo(new ServerAddress(true, "localhost", 443, null, Path.of("ca.pem")));
  }

  @Test
  void certificatesThatCannotBeReadAreSaidAtOnce() {
    ServerAddress address = ServerAddress.parse("grpc+tls://localhost:443");
    assertThatThrownBy(() -> MallardClient.connect(address.trusting(Path.of("no-such.pem"))))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessage("'no-such.pem' has no certificates that could be read (expected: a PEM file)");
  }
}
