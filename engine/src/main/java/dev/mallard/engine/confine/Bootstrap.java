package dev.mallard.engine.confine;

import dev.mallard.engine.confine.LinuxCalls.CallException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The first program of the engine's process, on Linux: a small JVM that binds itself to its parent,
 * limits its memory, puts up a fence, and then becomes the engine's JVM, all of whose threads are
 * born with that. In the engine's own JVM it would be too late: there the threads of the garbage
 * collector and the compiler are started before any Java runs, and a fence is each thread's own.
 *
 * <p>Says on its standard output in one line what fence there is, beginning with {@link #FENCE}.
 */
public final class Bootstrap {
  /** Begins the line that says which version of Landlock, or {@code none} and why. */
  public static final String FENCE = "fence ";

  /** What the kernel takes first when the machine's memory ends: 1000 would be the most. */
  private static final String OOM_SCORE = "500";

  private Bootstrap() {}

  /**
   * @param arguments those of {@link Confinement#toArguments}, then the command
   */
  public static void main(String[] arguments) throws IOException {
    Confinement.Parsed asked = Confinement.Parsed.of(Arrays.asList(arguments));
    LinuxCalls linux = new LinuxCalls();
    try {
      linux.endWithParent();
      if (linux.parent() != asked.confinement().parent()) {
        return; // It has gone before it could be told that this process is to go with it.
      }
      linux.limitCoreFiles();
      if (asked.confinement().dataBytes() > 0) {
        linux.limitData(asked.confinement().dataBytes());
      }
      offerToTheKernel();
      say(FENCE + fence(linux, asked.confinement()));
      linux.keepStandardStreamsOnly();
      linux.become(asked.command(), environment());
    } catch (CallException e) {
      say("failed: " + e.getMessage());
    }
  }

  private static void offerToTheKernel() {
    try {
      Files.writeString(Path.of("/proc/self/oom_score_adj"), OOM_SCORE);
    } catch (IOException e) {
      // Not every container lets it: then all processes count the same.
    }
  }

  private static String fence(LinuxCalls linux, Confinement asked) {
    if (!asked.fenced()) {
      return "none: not wanted";
    }
    Landlock landlock = new Landlock(linux);
    int version = landlock.version();
    if (version == 0) {
      return "none: this kernel has no Landlock";
    }
    try {
      landlock.restrict(version, asked.writable(), asked.readable());
    } catch (CallException e) {
      return "none: " + e.getMessage();
    }
    return version + (asked.readable().isEmpty() ? " writes" : " reads");
  }

  private static List<String> environment() {
    return System.getenv().entrySet().stream()
        .map((Map.Entry<String, String> one) -> one.getKey() + "=" + one.getValue())
        .collect(Collectors.toList());
  }

  /** Without buffers: nothing of it is left when this becomes another program. */
  @SuppressWarnings("resource") // It is the process's.
  private static void say(String line) throws IOException {
    new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
