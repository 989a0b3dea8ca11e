package dev.mallard.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerUriTest {
  private static ServerAddress address(String uri) {
    return ServerUri.parse(uri).address();
  }

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
    assertThat(ServerUri.parse(uri))
        .isEqualTo(
            new ServerUri(new ServerAddress(tls, host, port), Optional.empty(), Optional.empty()));
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
        "grpc://localhost:0",
        "grpc://localhost:65536",
        "grpc://localhost:99999999999",
        "grpc://::1:8815",
        "grpc://[::1:8815",
        "grpc://localhost:8815/sales",
        "grpc://localhost:8815?useEncryption=false",
        "grpc://localhost:8815#sales",
      })
  void refusesWhatIsNone(String uri) {
    assertThatThrownBy(() -> ServerUri.parse(uri))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessage(
            "server address: '" + uri + "' (expected: grpc://HOST:PORT or grpc+tls://HOST:PORT)");
  }

  @Test
  void whoComesIsRead() {
    ServerUri both = ServerUri.parse("grpc://duck:qu%40c:k+%C3%A4@localhost:8815");
    assertThat(both.credentials()).isEqualTo(new Credentials.Password("duck", "qu@c:k+ä"));
    assertThat(both.address()).hasToString("grpc://localhost:8815");

    ServerUri name = ServerUri.parse("grpc+tls://d%C3%BCck@localhost");
    assertThat(name.user()).contains("dück");
    assertThat(name.password()).isEmpty();
    assertThat(name.credentials()).isEqualTo(Credentials.NONE);

    assertThat(ServerUri.parse("grpc://duck:@localhost").password()).contains("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc://:quack@localhost", "grpc://a%3Ab:quack@localhost"})
  void aNameMustBeOne(String uri) {
    assertThatThrownBy(() -> ServerUri.parse(uri))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("localhost' has no name before the @")
        .hasMessageNotContaining("quack");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc://duck:quack@localhost:0",
        "http://duck:quack@localhost",
        "duck:quack@localhost",
        "grpc://duck:quack",
        "grpc://duck/x:quack@localhost",
        "grpc://duck:qu%zzack@localhost",
        "grpc://duck:1/quack@localhost",
        "quack://@localhost",
        "grpc://duck:1:quack",
      })
  void whatMayBeSecretIsNotRepeated(String uri) {
    assertThatThrownBy(() -> ServerUri.parse(uri))
        .isInstanceOf(MallardException.class)
        .hasMessageNotContaining("ack");
  }

  /** Whatever is in it and wherever it stands: it is read, or not repeated. */
  @Test
  void noPasswordComesOutOfAnAddressThatIsRefused() {
    Random random = new Random(8815);
    String signs = "@:/?#[]%+ \t\n\\\"'{}|^`<>&=;,!$()*~äß€";
    String[] forms = {
      "grpc://ada:%s@host:8815", "grpc+tls://ada:%s@host", "ada:%s@host", "grpc://ada:%s@",
      "grpc:ada:%s@host", "grpc:/ada:%s@host:1", "//ada:%s@host", "http://ada:%s@host/path",
      "grpc://ada:%s@host:port", "grpc://ada:%s@[::1", "GRPC://ada:%s@ho st",
    };
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder secret = new StringBuilder("Zq");
      for (int n = random.nextInt(6); n > 0; n--) {
        secret.append(signs.charAt(random.nextInt(signs.length())));
      }
      String password = secret.append("Xw").toString();
      boolean encoded = random.nextBoolean();
      String written =
          encoded
              ? URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20")
              : password;
      // An @ within it ends it for everyone who reads it.
      String uri = forms[random.nextInt(forms.length)].formatted(written);
      try {
        ServerUri parsed = ServerUri.parse(uri);
        assertThat(parsed.toString() + parsed.credentials()).as(uri).doesNotContain("Zq", "Xw");
        if (encoded) {
          assertThat(parsed.password()).contains(password);
        }
      } catch (MallardException e) {
        refused++;
        assertThat(e.getMessage()).as(uri).doesNotContain("Zq", "Xw");
        assertThat(e.getCause()).isNull();
      }
    }
    assertThat(refused).isBetween(1_000, 19_000);
  }

  @Test
  void printsItselfAsItIsRead() {
    for (String uri :
        new String[] {"grpc://localhost:8815", "grpc+tls://[::1]:443", "grpc://127.0.0.1:1"}) {
      assertThat(ServerUri.parse(uri)).hasToString(uri);
      assertThat(address(uri)).hasToString(uri);
    }
    assertThat(ServerAddress.plain("::1", 8815)).hasToString("grpc://[::1]:8815");
  }

  @ParameterizedTest
  @CsvSource({
    "grpc://localhost, true",
    "grpc://LocalHost:1, true",
    "grpc://a.localhost, true",
    "grpc://127.0.0.1, true",
    "grpc://127.1.2.3, true",
    "grpc://[::1], true",
    "grpc://127.0.0.1.example.org, false",
    "grpc://localhost.example.org, false",
    "grpc://notlocalhost, false",
    "grpc://10.0.0.1, false",
    "grpc://[::2], false",
    "grpc://0.0.0.0, false",
  })
  void onlyThisMachineIsLoopback(String uri, boolean expected) {
    assertThat(address(uri).isLoopback()).isEqualTo(expected);
  }

  @Test
  void aSecretInClearTextOnANetworkIsKnownToBeOne() {
    Credentials secret = new Credentials.Password("a", "b");
    assertThat(ClientSettings.of(address("grpc://host")).as(secret).exposesSecret()).isTrue();
    assertThat(ClientSettings.of(address("grpc://host")).exposesSecret()).isFalse();
    assertThat(ClientSettings.of(address("grpc+tls://host")).as(secret).exposesSecret()).isFalse();
    assertThat(ClientSettings.of(address("grpc://localhost")).as(secret).exposesSecret()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "a\r\nx: y", "ä", "a\tb", "\0"})
  void aTokenThatNoHeaderCarriesIsRefusedAndNotRepeated(String token) {
    assertThatThrownBy(() -> new Credentials.Token(token))
        .isInstanceOf(MallardException.class)
        .hasMessageStartingWith("token: has characters that none has");
    assertThat(new Credentials.Token("s3cret")).hasToString("token");
    assertThat(new Credentials.Password("ada", "s3cret")).hasToString("password of 'ada'");
  }

  @Test
  void certificatesThatCannotBeReadAreSaidAtOnce() {
    TlsSettings tls = new TlsSettings(Optional.of(Path.of("no-such.pem")), Optional.empty());
    ClientSettings settings = ClientSettings.of(address("grpc+tls://localhost:443")).with(tls);
    assertThatThrownBy(() -> MallardClient.connect(settings))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
        .hasMessage("'no-such.pem' has no certificates that could be read (expected: a PEM file)");
  }
}
