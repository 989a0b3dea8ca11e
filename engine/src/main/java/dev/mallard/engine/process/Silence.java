package dev.mallard.engine.process;

import java.time.Duration;

/**
 * How long a process has not answered. A machine with too much to do makes it slow and not silent,
 * and a server that stood still itself has not listened: so no single wait counts for much.
 */
final class Silence {
  private static final Duration MOST = Duration.ofSeconds(15);
  private static final Duration MOST_OF_ONE = Duration.ofSeconds(3);

  private Duration lasted = Duration.ZERO;

  void answered() {
    lasted = Duration.ZERO;
  }

  /**
   * There was no answer.
   *
   * @param waited since the last time that it was asked
   * @return whether it is to be believed hung
   */
  boolean unanswered(Duration waited) {
    lasted = lasted.plus(waited.compareTo(MOST_OF_ONE) > 0 ? MOST_OF_ONE : waited);
    return lasted.compareTo(MOST) >= 0;
  }

  Duration lasted() {
    return lasted;
  }
}
