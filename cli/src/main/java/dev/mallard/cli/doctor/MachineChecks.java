package dev.mallard.cli.doctor;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BodyCodec;
import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.Compression;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** What can be wrong with this machine. Stateless. */
public final class MachineChecks {
  private static final int OLDEST_JAVA = 17;

  /** The first that keeps what it has learnt of a program's methods. */
  private static final int LEARNING_JAVA = 25;

  private static final String COST =
      "; with a JDK 25 or later a server is fast sooner after its start, later it is the same";

  /** Set by the launcher. */
  private static final String WHY = "mallard.java";

  private static final long LITTLE_HEAP = 512L << 20;
  private static final long LITTLE_SPACE = 1_000_000_000;

  private MachineChecks() {}

  /** Version, flags, memory, character set. */
  public static List<Finding> java() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        java(
            Runtime.version(),
            System.getProperty("java.vendor") + ", " + System.getProperty("java.home"),
            System.getProperty(WHY)));
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    boolean opened =
        flags.stream().anyMatch(flag -> flag.startsWith("--add-opens=java.base/java.nio="));
    findings.add(
        opened
            ? Finding.ok("flags", "direct memory is open to Arrow and Netty")
            : Finding.warning(
                "flags",
                "java.base/java.nio is closed to Arrow: start with the ./mallard launcher, or add"
                    + " --add-opens=java.base/java.nio=ALL-UNNAMED"));
    long heap = Runtime.getRuntime().maxMemory();
    findings.add(
        heap >= LITTLE_HEAP
            ? Finding.ok("memory", Sizes.bytes(heap) + " of heap at most")
            : Finding.warning(
                "memory",
                Sizes.bytes(heap) + " of heap is little; set MALLARD_JAVA_OPTS=-Xmx1g, or more"));
    findings.add(characters());
    return findings;
  }

  /**
   * @param why the launcher's reason to take this one; null if there was no launcher
   */
  static Finding java(Runtime.Version version, String whose, @Nullable String why) {
    String java =
        "Java %s (%s) of %s"
            .formatted(
                version, Objects.requireNonNullElse(why, "started without the launcher"), whose);
    if (version.feature() < OLDEST_JAVA) {
      return Finding.failure("java", java + ": install a JDK 17 or later, or set JAVA_HOME");
    }
    return Finding.ok("java", version.feature() < LEARNING_JAVA ? java + COST : java);
  }

  private static Finding characters() {
    String names = System.getProperty("sun.jnu.encoding", "");
    boolean utf8 =
        Charset.isSupported(names) && Charset.forName(names).equals(StandardCharsets.UTF_8);
    return utf8
        ? Finding.ok("file names", "are UTF-8")
        : Finding.warning(
            "file names", "are " + names + ", so only some can be used; set LC_ALL=C.UTF-8");
  }

  /** Compressors load and give back what they were given. */
  public static List<Finding> nativeLibraries() {
    List<Finding> findings = new ArrayList<>();
    for (Compression compression : Compression.values()) {
      String name = compression.name().toLowerCase(Locale.ROOT);
      try {
        roundTrip(compression);
        findings.add(Finding.ok("native " + name, "works"));
      } catch (IOException | RuntimeException | LinkageError e) {
        findings.add(
            Finding.failure(
                "native " + name,
                "cannot be loaded ("
                    + e
                    + "); is "
                    + System.getProperty("os.name")
                    + " on "
                    + System.getProperty("os.arch")
                    + " supported, and may files in "
                    + System.getProperty("java.io.tmpdir")
                    + " be executed?"));
      }
    }
    return findings;
  }

  private static void roundTrip(Compression compression) throws IOException {
    SampleTable table =
        SampleKind.BATCH.tables(SampleSize.ofRows(1_000), SampleKind.DEFAULT_SEED).get(0);
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(table.schema(), allocator)) {
      table.fill(root, 0, 1_000);
      try (IpcMessage plain = BatchEncoder.encode(root);
          IpcMessage small = BodyCodec.compress(plain, compression, allocator);
          IpcMessage back = BodyCodec.decompress(small, allocator, CheckLimits.DEFAULT)) {
        if (back.rows() != plain.rows()) {
          throw new IOException("rows were lost");
        }
      }
    }
  }

  /** Whether a server could listen. */
  public static Finding port(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return Finding.ok("port " + port, "is free for a server on this machine");
    } catch (IOException e) {
      return Finding.warning(
          "port " + port,
          "is in use on this machine: a server runs already, or start one with --port");
    }
  }

  /** Rights and room of a data folder. */
  public static List<Finding> folder(Path folder) {
    String subject = "folder " + folder;
    if (!Files.isDirectory(folder)) {
      return List.of(Finding.failure(subject, "is not there; make it with: mkdir -p " + folder));
    }
    List<Finding> findings = new ArrayList<>();
    boolean usable = Files.isReadable(folder) && Files.isWritable(folder);
    findings.add(
        usable
            ? Finding.ok(subject, "can be read and written")
            : Finding.failure(
                subject, "cannot be read or written; change its rights, or serve --read-only"));
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      findings.add(
          free >= LITTLE_SPACE
              ? Finding.ok(subject, Sizes.bytes(free) + " are free")
              : Finding.warning(
                  subject,
                  "only " + Sizes.bytes(free) + " are free; uploads will soon be refused"));
    } catch (IOException e) {
      findings.add(Finding.warning(subject, "its free space is not known"));
    }
    return findings;
  }
}
