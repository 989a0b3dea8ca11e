package dev.mallard.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's optimizing compiler takes as much of a small machine as the calls that it works for,
 * for the first gigabytes. On Linux a thread has a priority of its own: with a low one C2 takes
 * what the calls leave, and code of the first compiler does until then.
 */
final class CompilerThreads {
  /** Set by the launcher for a process that is a server and nothing else: how nice, 1 to 19. */
  private static final String NICE = "mallard.compiler.nice";

  /** As the kernel has it: cut at 15 characters. */
  private static final String OPTIMIZING = "C2 CompilerThre";

  private static final Logger LOG = LoggerFactory.getLogger(CompilerThreads.class);

  private CompilerThreads() {}

  /** Does nothing where it cannot be done: it is for speed alone. Any thread; does not wait. */
  static void giveWay() {
    int nice = Integer.getInteger(NICE, 0);
    if (nice <= 0) {
      return;
    }
    try {
      List<String> threads = optimizing(Path.of("/proc/self/task"));
      if (!threads.isEmpty()) {
        new ProcessBuilder(command(nice, threads))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
      }
    } catch (IOException e) {
      LOG.debug("the compiler's threads keep their priority: {}", e.toString());
    }
  }

  /** Anybody may make own threads nicer. */
  static List<String> command(int nice, List<String> threads) {
    List<String> command = new ArrayList<>(List.of("renice", "-n", String.valueOf(nice), "-p"));
    command.addAll(threads);
    return command;
  }

  /**
   * The kernel's ids of C2's threads.
   *
   * @param tasks a folder for each thread of a process; nothing is found where there is none
   */
  static List<String> optimizing(Path tasks) throws IOException {
    if (!Files.isDirectory(tasks)) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    try (Stream<Path> threads = Files.list(tasks)) {
      for (Path thread : (Iterable<Path>) threads::iterator) {
        if (name(thread).equals(OPTIMIZING)) {
          found.add(String.valueOf(thread.getFileName()));
        }
      }
    }
    return found;
  }

  /** Threads end while one looks. */
  private static String name(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
