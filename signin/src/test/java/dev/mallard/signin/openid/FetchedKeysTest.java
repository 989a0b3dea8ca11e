package dev.mallard.signin.openid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys from providers that answer well, badly and not at all. */
class FetchedKeysTest {
  private static final String SET = Issuer.published(Issuer.RSA, Issuer.ec("ec-1"));

  private final FakeProvider provider = new FakeProvider();
  private final BoundedFetch fetch = new BoundedFetch(Duration.ofSeconds(20));
  private final FetchedKeys discovering =
      new FetchedKeys(fetch, provider.issuer(), Optional.empty());

  @AfterEach
  void close() {
    provider.close();
  }

  private void assertFails(FetchedKeys keys, String words) {
    assertThatThrownBy(keys::read).isInstanceOf(IOException.class).hasMessageContaining(words);
  }

  @Test
  void keysAreFoundByDiscovery() throws Exception {
    provider.publishes(SET);

    assertThat(discovering.read().size()).isEqualTo(2);
  }

  @Test
  void keysThatMoveAreFoundAgain() throws Exception {
    provider.publishes(SET);
    discovering.read();
    try (FakeProvider elsewhere = new FakeProvider()) {
      elsewhere.publishes(Issuer.published(Issuer.RSA));
      provider.answersKeys(FakeProvider.status(404, ""));
      provider.answersDiscovery(
          FakeProvider.discovery(provider.issuer(), elsewhere.issuer() + "/keys"));

      assertFails(discovering, "404");
      assertThat(discovering.read().size()).isEqualTo(1);
    }
  }

  @Test
  void aDiscoveryDocumentOfAnotherIssuerIsNotBelieved() {
    provider.answersDiscovery(
        FakeProvider.discovery("https://other.example", provider.issuer() + "/keys"));

    assertFails(discovering, "another issuer");
  }

  @Test
  void keysComeByHttpsAlone() {
    for (String address :
        List.of(
            "http://keys.example.com/",
            "ftp://127.0.0.1/keys",
            "file:///etc/passwd",
            "jar:file:/x!/y",
            "",
            "//keys",
            "https://user:secret@keys.example.com/",
            "http://127.0.0.1.example.com/",
            "http://127.evil/",
            "http://localhost.evil/",
            "http://0x7f000001/",
            "http://[::2]/")) {
      provider.answersDiscovery(FakeProvider.discovery(provider.issuer(), address));
      assertFails(discovering, "expected: an https:// address");
      assertThatThrownBy(() -> OpenIdSettings.address(address, "--oidc-jwks"))
          .isInstanceOf(MallardException.class);
    }
    for (String address :
        List.of(
            "https://keys.example.com/a?b=c",
            "http://localhost:8080/k",
            "http://[::1]/k",
            "http://127.8.9.1/k")) {
      assertThat(OpenIdSettings.address(address, "keys")).isEqualTo(URI.create(address));
    }
  }

  @Test
  void redirectsAreNotFollowed() {
    provider.answersKeys(FakeProvider.redirect(provider.issuer() + "/elsewhere"));
    assertFails(discovering, "answered 302");
    provider.answersDiscovery(FakeProvider.redirect("http://keys.example.com/"));
    assertFails(discovering, "answered 302");
  }

  @Test
  void garbageIsNoKeySet() {
    for (String garbage :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"keys\":{}}",
            "{\"keys\":7}",
            "<html>sign in</html>",
            "{\"keys\":[7]}",
            "{\"keys\":[{\"kty\":\"RSA\"}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
            "[".repeat(100_000))) {
      provider.publishes(garbage);
      assertThatThrownBy(discovering::read).as(garbage).isInstanceOf(IOException.class);
    }
  }

  @Test
  void keysThatVerifyNothingSafelyAreLeftOut() throws Exception {
    provider.publishes(
        """
        {"keys":[{"kty":"oct","kid":"secret","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"},
         {"kty":"later","kid":"unknown"},%s,%s]}
        """
            .formatted(
                Issuer.rsa("weak", 1024).toPublicJWK().toJSONString(),
                Issuer.ec("good").toPublicJWK().toJSONString()));

    assertThat(discovering.read().size()).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeIsLeft() {
    provider.answersKeys(FakeProvider.endless());
    assertFails(discovering, "more than");
    provider.answersDiscovery(FakeProvider.endless());
    assertFails(discovering, "more than");
  }

  @Test
  void whatDoesNotComeIsNotWaitedForLong() {
    FetchedKeys impatient =
        new FetchedKeys(
            new BoundedFetch(Duration.ofMillis(200)), provider.issuer(), Optional.empty());
    provider.answersKeys(provider.silence());
    assertThatThrownBy(impatient::read).isInstanceOf(IOException.class);
    provider.answersKeys(provider.stalled());
    assertThatThrownBy(impatient::read).isInstanceOf(IOException.class);
  }

  @Test
  void aProviderThatIsAwayIsAFailureOfTheRead() {
    provider.close();

    assertThatThrownBy(discovering::read).isInstanceOf(IOException.class);
  }
}
