package dev.mallard.server.security;

import dev.mallard.error.MallardException;
import dev.mallard.signin.openid.KeyLocation;
import dev.mallard.signin.openid.OpenIdSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options of {@code mallard serve} that are about an OpenID provider. */
@Command
final class OpenIdOptions {
  @Option(
      names = "--oidc-issuer",
      paramLabel = "URL",
      description =
          "OpenID provider whose JWTs are taken as bearer tokens, exactly as it calls itself in them.")
  @Nullable String issuer;

  @Option(
      names = "--oidc-audience",
      paramLabel = "NAME",
      description =
          "Whom the provider's JWTs must be for: this server, as the provider knows it (repeatable; needed with --oidc-issuer).")
  @Nullable List<String> audiences;

  @Option(
      names = "--oidc-jwks",
      paramLabel = "URL|FILE",
      description = "The provider's public keys (default: as its discovery document says).")
  @Nullable String keys;

  @Option(
      names = "--oidc-algorithms",
      paramLabel = "NAMES",
      split = ",",
      description =
          "Signatures that are trusted, of RS256 to RS512, PS256 to PS512, ES256 to ES512 (default: RS256,ES256).")
  @Nullable Set<String> algorithms;

  @Option(
      names = "--oidc-name-claim",
      paramLabel = "CLAIM",
      description =
          "Claim that is the caller's name (default: sub). Name none that people can choose themselves.")
  @Nullable String nameClaim;

  @Option(
      names = "--oidc-role-claim",
      paramLabel = "CLAIM",
      description =
          "Claim that has role names, as in realm_access.roles; who has none that is known is refused (default: all are full users).")
  @Nullable String roleClaim;

  /**
   * @throws MallardException INVALID_ARGUMENT for what is wrong or missing
   */
  OpenIdConfig toConfig() {
    if (issuer == null) {
      boolean isAnyGiven =
          Stream.of(audiences, keys, algorithms, nameClaim, roleClaim).anyMatch(o -> o != null);
      if (isAnyGiven) {
        throw MallardException.invalid("--oidc-… are given without --oidc-issuer; add it");
      }
      return OpenIdConfig.NONE;
    }
    if (audiences == null) {
      throw MallardException.invalid(
          "--oidc-issuer is given without --oidc-audience; add it, or tokens for any other service of that provider were good here");
    }
    return new OpenIdConfig(
        Optional.of(
            new OpenIdSettings(
                issuer,
                Set.copyOf(audiences),
                keys == null ? new KeyLocation.Discovered() : location(keys),
                algorithms == null ? OpenIdSettings.DEFAULT_ALGORITHMS : algorithms,
                nameClaim == null ? OpenIdSettings.DEFAULT_NAME_CLAIM : nameClaim,
                Optional.ofNullable(roleClaim))));
  }

  private static KeyLocation location(String keys) {
    if (keys.contains("://")) {
      return new KeyLocation.Url(OpenIdSettings.address(keys, "--oidc-jwks"));
    }
    try {
      return new KeyLocation.InFile(Path.of(keys));
    } catch (InvalidPathException e) {
      throw MallardException.invalid(
          "--oidc-jwks: '%s' (expected: a file, or an address)".formatted(keys));
    }
  }
}
