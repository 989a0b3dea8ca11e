package dev.mallard.engine.process;

import java.time.Duration;

/**
 * Is told what becomes of the engine, on the supervisor's threads: it does not block and does not
 * throw.
 */
public interface EngineListener {
  /** Hears nothing. */
  EngineListener NONE = new EngineListener() {};

  /**
   * There is an engine that takes statements.
   *
   * @param took since the one before it ended, or since it was first wanted
   */
  default void ready(Duration took) {}

  /** There is none any more. */
  default void ended(EngineEnd end) {}
}
