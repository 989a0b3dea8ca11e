package dev.mallard.cli.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lines on a terminal and elsewhere. */
class ProgressTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long now;

  private Progress progress(Terminal terminal, long expected) {
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            new ByteArrayOutputStream(),
            err,
            Map.of(),
            terminal);
    return new Progress(console, "get sales", expected, () -> now);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTerminalShowsABarWithRateAndRemainingTime() {
    Progress progress = progress(new Terminal(true, true, true, 120), 4_000_000);
    now += Duration.ofSeconds(1).toNanos();
    progress.add(1_000_000, 10);

    assertThat(said())
        .isEqualTo(
            "\rget sales  [######------------------]   25 %  1.00 MB  1.00 MB/s  0:00:03 left\u001b[K");

    progress.done("sales is in x");
    assertThat(said())
        .endsWith("\r\u001b[Ksales is in x: 10 rows, 1.00 MB in 1.000 s (1.00 MB/s)\n");
  }

  @Test
  void aNarrowTerminalGetsWhatFits() {
    Progress progress = progress(new Terminal(true, true, true, 20), -1);
    now += Duration.ofSeconds(1).toNanos();
    progress.add(5_000, 1);

    assertThat(said()).isEqualTo("\rget sales  5.00 kB \u001b[K");
  }

  @Test
  void aLogGetsAPlainLineNowAndThen() {
    Progress progress = progress(Terminal.NONE, 100_000_000);
    for (int i = 0; i < 25; i++) {
      now += Duration.ofSeconds(1).toNanos();
      progress.add(1_000_000, 1);
    }

    assertThat(said())
        .isEqualTo(
            "get sales   10 %  10.0 MB  1.00 MB/s  0:01:30 left\n"
                + "get sales   20 %  20.0 MB  1.00 MB/s  0:01:20 left\n");
  }
}
