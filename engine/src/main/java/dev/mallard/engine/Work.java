package dev.mallard.engine;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A statement while the engine may be at it: what has to be judged if the engine is lost meanwhile.
 */
final class Work {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String id;
  private final String text;
  private final String caller;
  private volatile @Nullable LiveEngine on;
  private volatile boolean stuck;
  private volatile boolean awaited;

  /** Engines that were lost while they were at it. Guarded by {@link Losses}. */
  int losses;

  /**
   * @param text of the statement, or what else it is
   */
  Work(String text, String caller) {
    byte[] bytes = new byte[4];
    RANDOM.nextBytes(bytes);
    this.id = HexFormat.of().formatHex(bytes);
    this.text = text;
    this.caller = caller;
  }

  /** By which the log and the client speak of it. */
  String id() {
    return id;
  }

  String text() {
    return text;
  }

  String caller() {
    return caller;
  }

  /** The engine that is at it; null if none is. */
  @Nullable LiveEngine on() {
    return on;
  }

  void on(LiveEngine engine) {
    on = engine;
  }

  void off() {
    on = null;
  }

  /** Whether a thread waits for it; nobody does for a result that is not read. */
  void setAwaited(boolean now) {
    awaited = now;
  }

  boolean isAwaited() {
    return awaited;
  }

  /** It does not stop when it is told to. */
  void setStuck() {
    stuck = true;
  }

  boolean isStuck() {
    return stuck;
  }
}
