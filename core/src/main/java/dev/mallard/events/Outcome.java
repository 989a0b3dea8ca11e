package dev.mallard.events;

import java.time.Duration;

/**
 * What became of a call.
 *
 * @param code of the gRPC status, as in {@code NOT_FOUND}
 * @param rows that DoGet has sent, or DoPut has committed
 * @param bytes of the Arrow messages of these rows; −1 if that is not known
 */
public record Outcome(String code, Who who, Target target, long rows, long bytes, Duration took) {}
