package dev.mallard.engine.process;

import java.util.Optional;

/**
 * How the engine is.
 *
 * @param working whether it takes statements
 * @param restarts since the server started
 * @param lastEnd why the last one ended; empty if none has
 * @param fence what the kernel keeps it from
 * @param spare whether another process waits to take its place
 */
public record EngineStatus(
    boolean working, long restarts, Optional<EngineEnd> lastEnd, Fence fence, boolean spare) {}
