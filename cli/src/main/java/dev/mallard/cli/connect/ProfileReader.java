package dev.mallard.cli.connect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mallard.cli.io.NearestWord;
import dev.mallard.cli.io.UsageException;
import dev.mallard.client.ServerUri;
import dev.mallard.error.MallardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads one profile. Its messages name file, profile and key, and never a value. */
final class ProfileReader {
  private static final int LIKE = 3;
  private static final List<String> KEYS =
      List.of(
          "server",
          "user",
          "password",
          "password_file",
          "token",
          "token_file",
          "tls_roots",
          "client_cert",
          "client_key");

  private final Path file;
  private final Map<String, String> environment;

  ProfileReader(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /** What somebody may have meant by a word that is not known. */
  static String meant(String word, Collection<String> known) {
    return NearestWord.of(word, known, LIKE)
        .map(near -> "; did you mean '" + near + "'?")
        .orElse(" (known: " + String.join(", ", known) + ")");
  }

  Profile read(String name, JsonNode node) {
    String where = "'" + file + "', profile '" + name + "'";
    if (!node.isObject()) {
      throw MallardException.invalid(where + ": has nothing below it (expected: server: and more)");
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                throw MallardException.invalid(
                    where + ": unknown '" + key + "'" + meant(key, KEYS));
              }
              if (!node.get(key).isTextual()) {
                throw MallardException.invalid(
                    where + ": " + key + ": is no text; put it in quotes");
              }
            });
    try {
      Said said = said(where, node);
      if (said.user().isEmpty() && said.secret().isPresent() && !said.secret().get().isToken()) {
        throw MallardException.invalid(where + ": has a password, and no user");
      }
      return new Profile(name, file, said);
    } catch (UsageException e) {
      throw MallardException.invalid(String.valueOf(e.getMessage()));
    }
  }

  private Said said(String where, JsonNode node) {
    Optional<ServerUri> server = text(node, "server").map(text -> server(where, text));
    if (server.isEmpty()) {
      throw MallardException.invalid(
          where + ": has no server (expected: server: grpc+tls://HOST:PORT)");
    }
    Optional<Path> certificate = path(node, "client_cert");
    Optional<Path> key = path(node, "client_key");
    boolean encrypted = node.has("tls_roots") || certificate.isPresent();
    if (encrypted && !server.get().address().tls()) {
      throw MallardException.invalid(
          where + ": has certificates, but its server is not encrypted; use grpc+tls://");
    }
    return Said.of(
        where,
        server,
        text(node, "user"),
        secret(where, node),
        path(node, "tls_roots"),
        Said.identity(where + ": client_cert", certificate, "client_key", key));
  }

  private ServerUri server(String where, String text) {
    try {
      return ServerUri.parse(text);
    } catch (MallardException e) {
      throw MallardException.invalid(where + ": " + e.getMessage());
    }
  }

  private Optional<Secret> secret(String where, JsonNode node) {
    List<Secret> secrets = new ArrayList<>();
    add(secrets, text(node, "password"), Secret.PasswordText::new);
    add(secrets, path(node, "password_file"), Secret.PasswordFile::new);
    add(secrets, text(node, "token"), Secret.TokenText::new);
    add(secrets, path(node, "token_file"), Secret.TokenFile::new);
    if (secrets.size() > 1) {
      throw MallardException.invalid(
          where
              + ": has several secrets (expected: one of password, password_file, token, token_file)");
    }
    return secrets.stream().findFirst();
  }

  private static <T> void add(List<Secret> secrets, Optional<T> value, Function<T, Secret> form) {
    value.map(form).ifPresent(secrets::add);
  }

  private static Optional<String> text(JsonNode node, String key) {
    return Optional.ofNullable(node.get(key)).map(JsonNode::textValue);
  }

  /** Beside the profiles, if it is relative. */
  private Optional<Path> path(JsonNode node, String key) {
    return text(node, key)
        .map(
            text ->
                text.startsWith("~/")
                    ? Path.of(environment.getOrDefault("HOME", "~"), text.substring(2))
                    : file.resolveSibling(text));
  }
}
