package dev.mallard.engine.process;

import dev.mallard.engine.confine.Bootstrap;
import dev.mallard.engine.confine.Confinement;
import dev.mallard.engine.confine.StackRoom;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a process of the engine is started: from the same jars by the same Java as the server, with
 * little of its environment.
 *
 * @param mainClass gets the place of its socket
 */
record EngineCommand(EngineSettings settings, EngineBudget budget, String mainClass) {
  static final String SOCKET = "s";
  private static final String TEMPORARY = "tmp";
  private static final String CRASH = "crash.log";

  /** What is handed on: nothing that may hold a secret. */
  private static final Set<String> ENVIRONMENT =
      Set.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "MALLARD_LOG");

  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  /** Set by the launcher: a file of classes that the engine's JVM is to start with. */
  private static final String ARCHIVE = "mallard.engine.archive";

  /** Set by the launcher when it makes that file: where the engine's JVM is to write it. */
  private static final String NEW_ARCHIVE = "mallard.engine.archive.new";

  /** Set by the launcher, or by whoever has the engine's jars elsewhere. */
  private static final String CLASS_PATH = "mallard.engine.classpath";

  /**
   * @param folder the process's own; it is its working directory
   * @param fenced how much it is to be kept from
   */
  ProcessBuilder builder(Path folder, Fence fenced) {
    List<String> command = engine(folder);
    if (LINUX) {
      List<String> first = java(folder);
      // It is over before a compiler would be of use, and has no garbage to speak of.
      first.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx16m"));
      if (Runtime.version().feature() >= 24) {
        first.add("--enable-native-access=ALL-UNNAMED");
      }
      first.addAll(List.of("-cp", classPath()));
      first.add(Bootstrap.class.getName());
      first.addAll(confinement(folder, fenced).toArguments());
      first.addAll(command);
      command = first;
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().keySet().retainAll(ENVIRONMENT);
    // jemalloc gives back what it does not use: what it keeps would count as the engine's.
    builder.environment().put("DUCKDB_JE_MALLOC_CONF", EngineBudget.MALLOC);
    return builder;
  }

  /**
   * Whether it is started only so that its JVM writes down which classes it has needed: then it is
   * let go in order, and may write that file.
   */
  static boolean isRehearsal() {
    return System.getProperty(NEW_ARCHIVE) != null;
  }

  /** Where the JVM writes to if it crashes. */
  static Path crash(Path folder) {
    return folder.resolve(CRASH);
  }

  static Path temporary(Path folder) {
    return folder.resolve(TEMPORARY);
  }

  private Confinement confinement(Path folder, Fence fence) {
    List<Path> writable = new ArrayList<>(List.of(settings.work(), Path.of("/dev/null")));
    writable.addAll(settings.writable());
    List<Path> readable = new ArrayList<>();
    if (fence == Fence.READS && !settings.readable().isEmpty()) {
      readable.addAll(settings.readable());
      readable.addAll(ReadableSystem.paths(classPath()));
      String archive = System.getProperty(ARCHIVE);
      if (archive != null) {
        readable.add(Path.of(archive));
      }
    }
    return new Confinement(
        ProcessHandle.current().pid(),
        budget.dataBytes(),
        fence != Fence.NONE && !settings.unfenced() && !isRehearsal(),
        writable,
        readable);
  }

  private List<String> engine(Path folder) {
    List<String> command = java(folder);
    command.addAll(budget.flags());
    command.addAll(
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ErrorFile=" + crash(folder),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"));
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    for (String property : List.of("arrow.allocation.manager.type", "file.encoding")) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    if (LINUX && budget.dataBytes() > 0) {
      command.add("-D" + StackRoom.PROPERTY + "=" + budget.dataBytes());
    }
    if (isRehearsal()) {
      command.add("-XX:ArchiveClassesAtExit=" + System.getProperty(NEW_ARCHIVE));
      command.add("-D" + Parent.REHEARSAL + "=true");
    }
    String archive = System.getProperty(ARCHIVE);
    if (archive != null && Files.isRegularFile(Path.of(archive))) {
      command.add("-XX:SharedArchiveFile=" + archive);
    }
    command.addAll(List.of("-cp", classPath(), mainClass, SOCKET));
    return command;
  }

  /** What both of its programs have: neither leaves a file outside of its folder. */
  private static List<String> java(Path folder) {
    return Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+DisableAttachMechanism",
            "-XX:-CreateCoredumpOnCrash",
            "-Xshare:auto",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "-Xlog:cds*=off:stderr",
            "-Djava.io.tmpdir=" + temporary(folder),
            "-Djna.tmpdir=" + temporary(folder),
            "-Djna.nosys=true")
        .collect(Collectors.toCollection(ArrayList::new));
  }

  /** Absolute: the engine's working directory is another. */
  private static String classPath() {
    String given =
        System.getProperty(CLASS_PATH, Objects.toString(System.getProperty("java.class.path"), ""));
    return Stream.of(given.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
