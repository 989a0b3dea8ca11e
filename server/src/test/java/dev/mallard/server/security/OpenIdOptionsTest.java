package dev.mallard.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.signin.openid.KeyLocation;
import dev.mallard.signin.openid.OpenIdSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line of an OpenID provider. */
class OpenIdOptionsTest {
  private static final String ISSUER = "--oidc-issuer=https://id.example.com/realm";
  private static final String AUDIENCE = "--oidc-audience=mallard";

  private static OpenIdConfig config(String... arguments) {
    OpenIdOptions options = new OpenIdOptions();
    new CommandLine(options).parseArgs(arguments);
    return options.toConfig();
  }

  private static OpenIdSettings settings(String... more) {
    List<String> arguments = new ArrayList<>(List.of(ISSUER, AUDIENCE));
    arguments.addAll(List.of(more));
    return config(arguments.toArray(String[]::new)).settings().orElseThrow();
  }

  private static void assertRefused(String words, String... arguments) {
    assertThatThrownBy(() -> config(arguments))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(words);
  }

  @Test
  void withoutThemNobodysTokensAreTaken() {
    assertThat(config()).isEqualTo(OpenIdConfig.NONE);
  }

  @Test
  void theDefaultsAreTheSafeOnes() {
    assertThat(settings())
        .isEqualTo(
            new OpenIdSettings(
                "https://id.example.com/realm",
                Set.of("mallard"),
                new KeyLocation.Discovered(),
                Set.of("RS256", "ES256"),
                "sub",
                Optional.empty()));
  }

  @Test
  void allOfThemCount() {
    assertThat(
            settings(
                "--oidc-audience=other",
                "--oidc-jwks=https://id.example.com/keys",
                "--oidc-algorithms=PS256,ES384",
                "--oidc-name-claim=preferred_username",
                "--oidc-role-claim=realm_access.roles"))
        .isEqualTo(
            new OpenIdSettings(
                "https://id.example.com/realm",
                Set.of("mallard", "other"),
                new KeyLocation.Url(URI.create("https://id.example.com/keys")),
                Set.of("PS256", "ES384"),
                "preferred_username",
                Optional.of("realm_access.roles")));
    assertThat(settings("--oidc-jwks=keys/a.json").keys())
        .isEqualTo(new KeyLocation.InFile(Path.of("keys/a.json")));
  }

  @Test
  void anIssuerAndAnAudienceAreNeeded() {
    assertRefused("--oidc-issuer", AUDIENCE);
    assertRefused("--oidc-issuer", "--oidc-role-claim=x");
    assertRefused("--oidc-audience", ISSUER);
    assertRefused("audience", ISSUER, "--oidc-audience=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "HS256",
        "HS384",
        "HS512",
        "RS256,HS256",
        "RS256,none",
        "rs256",
        "EdDSA",
        "ES256K",
        "dir",
        ""
      })
  void algorithmsAreAsymmetricOnes(String algorithms) {
    assertRefused("algorithms", ISSUER, AUDIENCE, "--oidc-algorithms=" + algorithms);
  }

  @Test
  void keysComeByHttps() {
    assertRefused("https://", ISSUER, AUDIENCE, "--oidc-jwks=http://id.example.com/keys");
    assertRefused("https://", ISSUER, AUDIENCE, "--oidc-jwks=file:///etc/passwd");
    assertRefused("https://", "--oidc-issuer=http://id.example.com", AUDIENCE);
    assertRefused("https://", "--oidc-issuer=id.example.com", AUDIENCE);
    assertThat(settings("--oidc-jwks=http://127.0.0.1:9/keys").keys())
        .isEqualTo(new KeyLocation.Url(URI.create("http://127.0.0.1:9/keys")));
  }
}
