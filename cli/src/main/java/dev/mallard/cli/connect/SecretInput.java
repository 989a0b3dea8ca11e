package dev.mallard.cli.connect;

import dev.mallard.cli.io.Console;
import dev.mallard.client.Credentials;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Fetches secrets from where they are. What it throws has none of them in it. */
final class SecretInput {
  private static final int MAX_BYTES = 64 * 1024;

  private final Console console;

  SecretInput(Console console) {
    this.console = console;
  }

  /**
   * @param user whose it is; empty if it is a token
   */
  Credentials fetch(Secret secret, Optional<String> user) throws IOException {
    if (secret instanceof Secret.TokenText token) {
      return new Credentials.Token(token.token().strip());
    }
    if (secret instanceof Secret.TokenFile file) {
      return new Credentials.Token(line(file.file()).strip());
    }
    return new Credentials.Password(user.orElseThrow(), password(secret, user.get()));
  }

  private String password(Secret secret, String user) throws IOException {
    if (secret instanceof Secret.PasswordText text) {
      return text.password();
    }
    if (secret instanceof Secret.PasswordFile file) {
      return line(file.file());
    }
    return console
        .ask("password of '" + user + "': ")
        .orElseThrow(
            () ->
                new MallardException(
                    ErrorCode.UNAUTHENTICATED,
                    "no terminal to ask for the password of '"
                        + user
                        + "'; give it with --password-file FILE, or in MALLARD_PASSWORD"));
  }

  private String line(Path file) throws IOException {
    String name;
    byte[] bytes;
    if (file.toString().equals(Secret.STANDARD)) {
      name = "standard input";
      bytes = firstLine(console.in());
    } else {
      name = "file '" + file + "'";
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
    }
    String text = decoded(name, bytes).replaceFirst("(\r?\n|\r)$", "");
    if (text.isEmpty() || text.indexOf('\n') >= 0 || bytes.length > MAX_BYTES) {
      String wrong = text.isEmpty() ? "is empty" : "is more than one line";
      throw MallardException.invalid(
          name + " " + wrong + " (expected: the secret, and nothing else)");
    }
    return text;
  }

  private static String decoded(String name, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw MallardException.invalid(name + " is not text in UTF-8");
    }
  }

  /** What comes behind it is left for the command. */
  private static byte[] firstLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next;
    while ((next = in.read()) >= 0 && next != '\n' && line.size() <= MAX_BYTES) {
      line.write(next);
    }
    return line.toByteArray();
  }
}
