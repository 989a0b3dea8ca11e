package dev.mallard.signin.own;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.time.Duration;

/** The words for those who are not let in; they tell nothing of who is known. */
final class Refusal {
  private Refusal() {}

  static MallardException wrongPassword() {
    return because("name or password is wrong");
  }

  static MallardException because(String why) {
    return new MallardException(ErrorCode.UNAUTHENTICATED, "not signed in: " + why);
  }

  static MallardException tryAgainIn(Duration pause) {
    long seconds = Math.max(1, (pause.toMillis() + 999) / 1000);
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED, "too many failed sign-ins; try again in " + seconds + " s");
  }

  static MallardException tooManyAtOnce() {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED, "too many sign-ins at once; try again in a few seconds");
  }
}
