package dev.mallard.engine.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the engine's process has to do with the server that started it. */
public final class Parent {
  /** Set where the JVM is to end in order. */
  static final String REHEARSAL = "mallard.engine.rehearsal";

  private Parent() {}

  /** Ends this process when the server does not hold its input any more. Called once, first. */
  public static void watch() {
    Thread thread = new Thread(Parent::awaitItsEnd, "parent-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void awaitItsEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is said there.
      }
    } catch (IOException e) {
      // As its end.
    }
    if (Boolean.getBoolean(REHEARSAL)) {
      System.exit(0);
    }
    // No hooks and no finalizers: whatever is under way here is of no use to anybody.
    Runtime.getRuntime().halt(0);
  }

  /** Says that this process takes connections. */
  @SuppressWarnings("resource") // It is the process's.
  public static void tellReady() throws IOException {
    new FileOutputStream(FileDescriptor.out)
        .write((EngineLauncher.READY + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
