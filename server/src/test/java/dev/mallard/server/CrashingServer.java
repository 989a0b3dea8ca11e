package dev.mallard.server;

import dev.mallard.store.CommitHook;
import dev.mallard.store.CommitStep;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Run as a process of its own: a server that prints its port and dies, without any cleaning up, at
 * a step of a commit.
 *
 * <pre>CrashingServer FOLDER [STEP N]</pre>
 *
 * <p>N counts from 1. Without them it runs until it is killed, or until whoever started it is gone.
 */
final class CrashingServer {
  static final int EXIT_CODE = 77;

  private CrashingServer() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    CommitHook hook =
        arguments.length == 1
            ? CommitHook.NONE
            : haltAt(CommitStep.valueOf(arguments[1]), Integer.parseInt(arguments[2]));
    MallardServer server =
        MallardServer.start(
            TestConfig.of(folder).keepVersions(1).grace(Duration.ZERO).build(), hook);
    System.out.println(server.port());
    System.out.flush();
    if (System.in.read() < 0) {
      Runtime.getRuntime().halt(0);
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
