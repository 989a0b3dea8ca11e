package dev.mallard.engine;

import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Notice;
import dev.mallard.engine.link.Request;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a commit was done that was under way when the engine was lost: the next one is
 * asked whether its id is there. So what is told is what is.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);
  private static final int MOST_TRIES = 10;

  private final EngineRoom room;
  private final boolean areWitnessed;

  /**
   * @param areWitnessed whether commits leave their ids
   */
  Commits(EngineRoom room, boolean areWitnessed) {
    this.room = room;
    this.areWitnessed = areWitnessed;
  }

  boolean areWitnessed() {
    return areWitnessed;
  }

  /**
   * @param committing what was about to be committed; null if it had not come to that, as far as
   *     the engine has said
   * @return whether it was done
   * @throws MallardException if that cannot be found out
   */
  boolean wasDone(Notice.@Nullable Committing committing) {
    if (!areWitnessed) {
      throw unknown(null);
    }
    if (committing == null) {
      return false;
    }
    for (int i = 0; i < MOST_TRIES; i++) {
      try {
        return room.live(() -> {})
            .ask(new Request.WasCommitted(committing.id()), Answer.Flag.class)
            .yes();
      } catch (EngineLost e) {
        LOG.debug("once more", e);
      } catch (MallardException e) {
        throw unknown(e);
      }
    }
    throw unknown(null);
  }

  private static MallardException unknown(@Nullable Throwable why) {
    return new MallardException(
        ErrorCode.INTERNAL,
        "SQL: the engine was lost while it committed this, and cannot be asked whether it did: look"
            + " whether the change is there before you send it again",
        why);
  }

  /** Of a change whose rows cannot be had any more. */
  static MallardException rowsLost() {
    return new MallardException(
        ErrorCode.DATA_LOSS,
        "SQL: the change was made, but the engine was lost before its rows were sent: do not send it"
            + " again");
  }

  static MallardException notDone() {
    return new MallardException(
        ErrorCode.UNAVAILABLE,
        "SQL: the engine was restarted while this ran; nothing was changed: send it again");
  }
}
