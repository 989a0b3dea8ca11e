package dev.mallard.engine.process;

import java.time.Instant;

/**
 * Why a process of the engine ended.
 *
 * @param why in words, for the log and the operator
 */
public record EngineEnd(Cause cause, String why, Instant at) {
  /** What ended it. */
  public enum Cause {
    /** The server wanted no engine any more. */
    CLOSED,
    /** It ended by itself. */
    DIED,
    /** Something outside ended it, as far as can be seen. */
    KILLED,
    /** It used more memory than it may. */
    MEMORY,
    /** A statement did not stop when it was told to. */
    STUCK,
    /** It did not answer any more. */
    SILENT
  }
}
