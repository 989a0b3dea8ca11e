package dev.mallard.flight.session;

import java.time.Duration;

/**
 * @param idle after which a session that nobody uses is forgotten
 * @param sessions at most, at a time
 * @param perCaller of them, of each name that is proved; 0 for no limit but that
 */
public record SessionLimits(Duration idle, int sessions, int perCaller) {
  public static final SessionLimits DEFAULT = new SessionLimits(Duration.ofHours(1), 10_000, 0);
}
