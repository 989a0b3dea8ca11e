package dev.mallard.engine.process;

import java.io.IOException;

/**
 * What is said to a process, by those who speak its language: a process that was started waits (as
 * a spare) until it is told to open its database.
 */
public interface EngineActivation {
  /**
   * Makes the process ready for statements. Only one is at a time: the one before it is gone.
   *
   * @throws dev.mallard.error.MallardException if the database cannot be opened: no other process
   *     could
   * @throws IOException if the process ended meanwhile
   */
  void activate(EngineProcess process) throws IOException;

  /**
   * Waits for a sign of life: that the engine works, not just its process.
   *
   * @throws IOException if it ended, or there was none in time
   */
  void requireAnswer(EngineProcess process) throws IOException;

  /**
   * It uses more memory than it is to use, and is killed if it uses much more: a statement that is
   * likely to have done it may be stopped before. Said again every so often as long as it is so, on
   * a thread that must not wait.
   */
  default void memoryIsShort(EngineProcess process) {}
}
