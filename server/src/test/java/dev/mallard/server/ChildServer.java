package dev.mallard.server;

import dev.mallard.events.ServerEvents;
import dev.mallard.store.CommitHook;
import dev.mallard.store.CommitStep;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Run as a process of its own: a server that prints its port and dies, without any cleaning up, at
 * a step of a commit.
 *
 * <pre>ChildServer FOLDER [STEP N]</pre>
 *
 * <p>N counts from 1. Without them it runs until it is killed, or until whoever started it is gone.
 * It answers each line with what it needs.
 */
final class ChildServer {
  static final int EXIT_CODE = 77;

  private ChildServer() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommitHook hook =
        arguments.length == 1
            ? CommitHook.NONE
            : haltAt(CommitStep.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
    MallardServer server =
        MallardServer.start(
            TestConfig.of(folder).keepVersions(1).grace(Duration.ZERO).build(),
            hook,
            ServerEvents.NONE);
    System.out.println(server.port());
    System.out.flush();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println(Measured.now(server));
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  /**
   * What a server needs.
   *
   * @param netty bytes that wait to be sent or parsed
   * @param arrow bytes of vectors and message bodies
   * @param heap bytes, after a collection
   * @param busy threads of calls that do anything but wait for work
   */
  record Measured(long netty, long arrow, long heap, long calls, long busy) {
    private static Measured now(MallardServer server) {
      System.gc();
      long heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
      return new Measured(
          PlatformDependent.usedDirectMemory(),
          server.allocatedBytes(),
          heap,
          server.runningCalls(),
          busyWorkers());
    }

    private static long busyWorkers() {
      return Thread.getAllStackTraces().entrySet().stream()
          .filter(entry -> entry.getKey().getName().startsWith("mallard-call"))
          .filter(
              entry ->
                  Stream.of(entry.getValue())
                      .noneMatch(frame -> frame.getMethodName().equals("awaitWork")))
          .count();
    }

    /** Asks a child that is a {@link ChildServer}. */
    static Measured of(ChildProcess child) throws IOException {
      child.writeLine("measure");
      String[] numbers = child.readLine().split(" ");
      long[] parsed = Stream.of(numbers).mapToLong(Long::parseLong).toArray();
      return new Measured(parsed[0], parsed[1], parsed[2], parsed[3], parsed[4]);
    }

    long total() {
      return netty + arrow + heap;
    }

    @Override
    public String toString() {
      return netty + " " + arrow + " " + heap + " " + calls + " " + busy;
    }
  }

  private static CommitHook haltAt(CommitStep wanted, int time) {
    AtomicInteger times = new AtomicInteger();
    return step -> {
      if (step == wanted && times.incrementAndGet() == time) {
        Runtime.getRuntime().halt(EXIT_CODE);
      }
    };
  }
}
