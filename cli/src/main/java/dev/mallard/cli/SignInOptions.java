package dev.mallard.cli;

import dev.mallard.cli.connect.Said;
import dev.mallard.cli.connect.Secret;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who comes, and what proves it. */
final class SignInOptions {
  private static final String PASSWORD_VARIABLE = "MALLARD_PASSWORD";
  private static final String TOKEN_VARIABLE = "MALLARD_TOKEN";

  @Option(names = "--user", paramLabel = "NAME", description = "Sign in by this name.")
  private @Nullable String user;

  @Option(
      names = "--password",
      arity = "0",
      description =
          "Ask for the password, unseen. Without this you are asked when the server wants one"
              + " (default: $MALLARD_PASSWORD).")
  private boolean password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with the password alone; '-' is the first line of standard input.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Sign in with a token. Others on this machine can see it: better put it into a file, or"
              + " $MALLARD_TOKEN (default).")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token alone; '-' is the first line of standard input.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--client-cert",
      paramLabel = "FILE",
      description = "PEM file with a certificate that proves who you are.")
  private @Nullable Path certificate;

  @Option(
      names = "--client-key",
      paramLabel = "FILE",
      description = "PEM file with the certificate's private key (PKCS #8, not encrypted).")
  private @Nullable Path key;

  Optional<String> user() {
    return Optional.ofNullable(user);
  }

  Optional<TlsSettings.Identity> identity() {
    return Said.identity(
        "--client-cert",
        Optional.ofNullable(certificate),
        "--client-key",
        Optional.ofNullable(key));
  }

  Optional<Secret> secret() {
    List<Secret> said = new ArrayList<>();
    if (password) {
      said.add(new Secret.Prompt());
    }
    if (passwordFile != null) {
      said.add(new Secret.PasswordFile(passwordFile));
    }
    if (token != null) {
      said.add(new Secret.TokenText(token));
    }
    if (tokenFile != null) {
      said.add(new Secret.TokenFile(tokenFile));
    }
    if (said.size() > 1) {
      throw new UsageException(
          "--password, --password-file, --token, --token-file: only one of them");
    }
    return said.stream().findFirst();
  }

  static Optional<Secret> secret(Map<String, String> environment) {
    String password = environment.getOrDefault(PASSWORD_VARIABLE, "");
    String token = environment.getOrDefault(TOKEN_VARIABLE, "");
    if (!password.isEmpty() && !token.isEmpty()) {
      throw new UsageException(
          PASSWORD_VARIABLE + ", " + TOKEN_VARIABLE + ": only one of them may be set");
    }
    if (!token.isEmpty()) {
      return Optional.of(new Secret.TokenText(token));
    }
    return password.isEmpty() ? Optional.empty() : Optional.of(new Secret.PasswordText(password));
  }
}
