package dev.mallard.app;

import dev.mallard.cli.transfer.Sender;
import dev.mallard.client.MallardClient;
import dev.mallard.client.MallardClient.PutMode;
import dev.mallard.client.ServerAddress;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;

/**
 * What the launcher has a server's JVM do before it keeps which classes were needed and, from JDK
 * 25 on, how its methods were used: the traffic of a server, for a few seconds. The client is a
 * process of its own, so that what is kept is the server's use alone.
 */
final class Rehearsal {
  /** Set by the launcher. */
  private static final String WANTED = "mallard.rehearsal";

  /** Fixed, so that a loaded machine has as much to learn from; but nobody waits forever. */
  private static final int ROUNDS = 1;

  private static final Duration ENOUGH = Duration.ofSeconds(12);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long ROWS = 300_000;
  private static final List<String> DATASETS =
      List.of("rehearsal/batches.feather", "rehearsal/mixed.feather", "rehearsal/mixed.parquet");

  private static final int READS_OF_ALL = 12;

  private final MallardClient client;
  private final long end = System.nanoTime() + ENOUGH.toNanos();

  private Rehearsal(MallardClient client) {
    this.client = client;
  }

  static boolean isWanted() {
    return Boolean.getBoolean(WANTED);
  }

  /** Starts the client and waits until it is done. */
  static void run(int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--") || flag.startsWith("-Darrow."))
        .forEach(command::add);
    String classPath = Objects.toString(System.getProperty("java.class.path"), "");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath));
    command.addAll(List.of(Rehearsal.class.getName(), String.valueOf(port)));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the rehearsal's client does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException("the rehearsal's client failed: " + process.exitValue());
    }
  }

  /** The client's process; its argument is the server's port. */
  public static void main(String[] arguments) throws IOException {
    ServerAddress server = ServerAddress.plain("localhost", Integer.parseInt(arguments[0]));
    try (MallardClient client = MallardClient.connect(server)) {
      new Rehearsal(client).play();
    }
    System.exit(0);
  }

  private void play() throws IOException {
    put(SampleKind.BATCH, DATASETS.get(0));
    for (int round = 0; round < ROUNDS; round++) {
      put(SampleKind.MIXED, DATASETS.get(1));
      put(SampleKind.MIXED, DATASETS.get(2));
      for (int i = 0; i < READS_OF_ALL && System.nanoTime() < end; i++) {
        ask();
        for (String name : DATASETS) {
          read(client.info(name));
        }
      }
    }
  }

  private void put(SampleKind kind, String name) throws IOException {
    SampleTable table = kind.tables(SampleSize.ofRows(ROWS), SampleKind.DEFAULT_SEED).get(0);
    Sender.send(
        client,
        name,
        SampleStream.of(table, client.allocator()),
        PutMode.REPLACE,
        (bytes, rows) -> {});
  }

  private void ask() throws IOException {
    client.list("");
    String dataset = '"' + DATASETS.get(2) + '"';
    read(client.plan("SELECT count(*) FROM " + dataset));
    read(client.plan("SELECT * FROM " + dataset + " LIMIT 100000"));
  }

  private void read(FlightInfo info) throws IOException {
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = client.flight().getStream(endpoint.getTicket())) {
        while (stream.next()) {
          // Nobody looks at it.
        }
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }
}
