package dev.mallard.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.cli.io.Console;
import dev.mallard.cli.io.Terminal;
import dev.mallard.cli.shell.ShellCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * docs/cli.md is what the commands say of themselves. To write it anew: {@code ./mvnw -pl app -am
 * test -Dtest=CliDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dmallard.write.docs=true}.
 */
class CliDocumentTest {
  private static final Path DOCUMENT =
      Path.of("").toAbsolutePath().getParent().resolve("docs/cli.md");

  @Test
  void theDocumentIsWhatTheCommandsSay() throws Exception {
    String text = text();
    if (Boolean.getBoolean("mallard.write.docs")) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT)).isEqualTo(text);
  }

  private static String text() {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            new ByteArrayOutputStream(),
            Map.of(),
            Terminal.NONE);
    CommandLine commands = Main.commandLine(console);
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # The command line

        Made by `CliDocumentTest` from the commands' own help; change it there.

        Results go to standard output, everything else to standard error. Ctrl-C stops what is under way, on the server,
        too, and leaves no half file. Shell completion: `source <(mallard generate-completion)`.

        | exit code | meaning |
        |---|---|
        | 0 | it worked |
        | 1 | it failed; standard error says why and what to do |
        | 2 | the command line is wrong |
        | 3 | there is no such dataset, version or file |
        | 4 | the server does not let you in, or does not allow it |
        | 130 | interrupted |

        How values are written:

        | | csv | tsv | json, jsonl |
        |---|---|---|---|
        | null | nothing | `\\N` | `null` |
        | empty text | `""` | nothing | `""` |
        | numbers | all digits; decimals with their scale | the same | numbers, never rounded; NaN and infinities as strings |
        | date, time, timestamp | `2024-02-29`, `01:02:03.5`, `2024-02-29 01:02:03.5`, with a zone `…+01:00` | the same | strings, with `T` |
        | duration, interval | ISO 8601: `PT1.5S`, `P14M3DT1S` | the same | strings |
        | binary | `\\x` and hexadecimal digits | the same | Base64 |
        | lists, structs, maps | JSON in quotes | JSON | JSON |

        `put` reads CSV, TSV and JSON Lines as they are written here. All values of a column decide what it is: bool, int64
        (not with leading zeros), float64, date, timestamp[us], timestamp[us, UTC], otherwise text; a number that float64
        would round is text.

        Which server: `--uri`, or `--host` and `--port`; then the profile that `--profile` names; then `MALLARD_URI`, or
        `MALLARD_HOST` and `MALLARD_PORT`; then the profile that `MALLARD_PROFILE` names, or one that is called `default`; otherwise
        grpc://localhost:8815.

        As whom: a name by `--user`, or before the `@` of the address, with its password; or a token, which says the name by itself; or a
        certificate. What is said first counts, in the order above: options, `--profile`, environment (`MALLARD_PASSWORD`,
        `MALLARD_TOKEN`), other profiles. A secret is never used for another name than the one beside it, one in an address or a profile
        never for another server; two secrets in one place are an error. Where a server wants to know who comes and there is a
        name but no secret, the password is asked for, unseen, if there is a terminal. A password is sent once, for a token.

        A profile is a name in `profiles.yaml` in the folder `mallard` of your configuration folder (`$XDG_CONFIG_HOME`, `~/.config`, or
        `%APPDATA%` on Windows). The file is refused if others may read or change it (`chmod 600`). Files are named from its folder.

        ```yaml
        prod:
          server: grpc+tls://flights.example.org:8815
          user: ada
          password_file: ada.password   # or password; or token or token_file, without a user
          tls_roots: our-ca.pem         # if Java does not know who signed the server's certificate
          client_cert: ada.pem          # with client_key, if the server asks for one
          client_key: ada.key
        ```

        """);
    shell(text);
    section(text, commands, "mallard");
    return text.toString();
  }

  private static void shell(StringBuilder text) {
    text.append(
        """
        In the shell, SQL ends with a semicolon; a line that begins with one of these is a command:

        | | |
        |---|---|
        """);
    for (ShellCommand command : ShellCommand.values()) {
      text.append("| `")
          .append(String.join("` | ", command.describe()).replace("[on|off]", "[on\\|off]"))
          .append(" |\n");
    }
    text.append('\n');
  }

  private static void section(StringBuilder text, CommandLine command, String title) {
    String usage = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
    text.append("## ").append(title).append("\n\n```\n");
    usage.lines().forEach(line -> text.append(line.stripTrailing()).append('\n'));
    text.append("```\n\n");
    command.getSubcommands().forEach((name, own) -> section(text, own, title + " " + name));
  }
}
