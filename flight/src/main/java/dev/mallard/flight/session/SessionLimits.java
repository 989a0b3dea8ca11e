package dev.mallard.flight.session;

import java.time.Duration;

/**
 * @param idle after which a session that nobody uses is forgotten
 * @param sessions at most, at a time
 */
public record SessionLimits(Duration idle, int sessions) {
  public static final SessionLimits DEFAULT = new SessionLimits(Duration.ofHours(1), 10_000);
}
