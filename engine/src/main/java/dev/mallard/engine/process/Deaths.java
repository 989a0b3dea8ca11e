package dev.mallard.engine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a process ended that nobody had asked to, as far as it can be seen. */
final class Deaths {
  /** What Java adds to the number of a signal. */
  private static final int SIGNALS = 128;

  private static final Map<Integer, String> NAMES =
      Map.of(
          6, "SIGABRT: it gave up",
          7, "SIGBUS",
          9, "SIGKILL: somebody, or the kernel for lack of memory, ended it",
          11, "SIGSEGV",
          15, "SIGTERM");

  private static final int OUT_OF_MEMORY = 3;

  private static final int KILLED = SIGNALS + 9;
  private static final int TERMINATED = SIGNALS + 15;

  private Deaths() {}

  /** What ends a process from outside can be told from its own doing. */
  static EngineEnd.Cause cause(int code) {
    return code == KILLED || code == TERMINATED ? EngineEnd.Cause.KILLED : EngineEnd.Cause.DIED;
  }

  /**
   * @param code as Process has it
   * @param folder where its JVM writes why it crashed
   */
  static String explain(int code, Path folder) {
    Optional<String> frame = crashed(EngineCommand.crash(folder));
    if (frame.isPresent()) {
      return "it crashed in " + frame.get();
    }
    if (code == OUT_OF_MEMORY) {
      return "its Java had no memory left";
    }
    return code > SIGNALS
        ? "it ended by " + NAMES.getOrDefault(code - SIGNALS, "signal " + (code - SIGNALS))
        : "it ended with code " + code;
  }

  /** The line after {@code # Problematic frame:}, as the JVM writes it. */
  private static Optional<String> crashed(Path report) {
    try (Stream<String> lines = Files.lines(report, StandardCharsets.ISO_8859_1)) {
      return lines
          .limit(40)
          .dropWhile(line -> !line.startsWith("# Problematic frame:"))
          .skip(1)
          .findFirst()
          .map(line -> line.replaceFirst("^# *", "").strip());
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty(); // It did not get to it.
    }
  }
}
