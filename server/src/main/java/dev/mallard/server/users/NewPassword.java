package dev.mallard.server.users;

import dev.mallard.error.MallardException;
import dev.mallard.signin.files.PasswordHash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where a new password comes from: never from the command line, which the list of processes and the
 * shell's history show.
 */
final class NewPassword {
  private static final String VARIABLE = "MALLARD_PASSWORD";
  private static final int SHORT = 8;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "File with the password; '-' is standard input (default: MALLARD_PASSWORD, otherwise it is asked for).")
  private @Nullable String file;

  boolean isGiven() {
    return file != null;
  }

  /** The password's hash; says so if the password is short. */
  String hash(AccessCommand command) throws IOException {
    String password = read(command.io());
    String hash = PasswordHash.make(password).text();
    if (password.length() < SHORT) {
      command.err().println("that password is short; 12 characters or more are hard to guess");
    }
    return hash;
  }

  private String read(CommandIo io) throws IOException {
    if (file != null) {
      return line(file, io);
    }
    String variable = io.environment().get(VARIABLE);
    if (variable != null && !variable.isEmpty()) {
      return variable;
    }
    Optional<String> password = io.prompt().ask("password: ");
    if (password.isEmpty()) {
      throw MallardException.invalid(
          "no password (expected: --password-file FILE, or - for standard input, or the variable "
              + VARIABLE
              + ")");
    }
    if (!password.equals(io.prompt().ask("again: "))) {
      throw AccessCommand.failed("the two are not the same; nothing was changed");
    }
    return password.get();
  }

  private static String line(String file, CommandIo io) throws IOException {
    int most = PasswordHash.MAX_PASSWORD_BYTES + 2;
    byte[] bytes;
    if (file.equals("-")) {
      bytes = io.in().readNBytes(most);
    } else {
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(most);
      }
    }
    String text = text(bytes).replaceFirst("\r?\n$", "");
    if (text.contains("\n")) {
      throw MallardException.invalid("--password-file: more than one line (expected: one)");
    }
    return text;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw MallardException.invalid("--password-file: not UTF-8");
    }
  }
}
