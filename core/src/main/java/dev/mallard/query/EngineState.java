package dev.mallard.query;

import org.jspecify.annotations.Nullable;

/**
 * How an engine is.
 *
 * @param working whether it takes statements now
 * @param ownProcess whether it is one that may end without harm to this one
 * @param restarts since the server started
 * @param lastEnd why it was started again last, without anything that is not every client's to
 *     know; null if it has not been
 * @param fence what the kernel keeps it from: {@code none}, {@code writes}, {@code reads} (and
 *     writes)
 * @param spare whether another process waits to take its place
 */
public record EngineState(
    boolean working,
    boolean ownProcess,
    long restarts,
    @Nullable String lastEnd,
    String fence,
    boolean spare) {
  /** Of one that is as this process is. */
  public static final EngineState IN_PROCESS = new EngineState(true, false, 0, null, "none", false);
}
