package dev.mallard.signin.own;

import java.time.Duration;

/**
 * How long session tokens are good.
 *
 * @param idle one that is not used for so long ends
 * @param life how long one lives however much it is used; from half of that on another is offered
 * @param renewal how long after the password one can be renewed
 * @param remembered how long the same name and password are known again without being checked anew
 * @param skew by how much clocks of servers that share a key may differ
 */
public record SessionTimes(
    Duration idle, Duration life, Duration renewal, Duration remembered, Duration skew) {
  public static final SessionTimes DEFAULT =
      new SessionTimes(
          Duration.ofHours(1),
          Duration.ofDays(7),
          Duration.ofDays(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60));
}
