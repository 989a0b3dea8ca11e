package dev.mallard.engine.child;

import dev.mallard.engine.link.Answer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong, as the server is told. The trace stays here. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  static Answer answer(Throwable error) {
    MallardException known = known(error);
    return new Answer.Failed(known.code(), String.valueOf(known.getMessage()));
  }

  static MallardException known(Throwable error) {
    if (error instanceof MallardException known) {
      if (known.code().kind() == ErrorCode.Kind.FAULT) {
        LOG.error("a request failed", known);
      } else {
        LOG.debug("a request failed", known);
      }
      return known;
    }
    LOG.error("a request failed", error);
    return new MallardException(ErrorCode.INTERNAL, "SQL: the engine failed", error);
  }
}
