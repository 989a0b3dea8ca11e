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
        | 4 | the server does not allow it |
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

        Which server: `--uri`, or `--host` and `--port`; then `MALLARD_URI`, then `MALLARD_HOST` and `MALLARD_PORT`; otherwise
        grpc://localhost:8815.

        """);
    shell(text);
    section(text, commands, "mallard");
    commands.getSubcommands().forEach((name, command) -> section(text, command, "mallard " + name));
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
  }
}
