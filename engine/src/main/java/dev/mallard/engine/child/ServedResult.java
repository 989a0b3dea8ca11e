package dev.mallard.engine.child;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Answer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A result on its way to the server: one message is computed ahead while the server sends the one
 * before. All but {@link #stop} on the line's thread.
 */
final class ServedResult {
  /** Bodies up to this length go with the frame. */
  private static final long INLINE_BYTES = 64 << 10;

  /**
   * Where a body cannot be written to its place, for lack of room there, it goes with the frame.
   */
  private static final long MOST_INLINE_BYTES = 128 << 20;

  /** Of fewer rows a batch is the last, or the next is soon there: batches are filled. */
  private static final long FEW_ROWS = 1_024;

  private final BatchStream stream;
  private final ResultPlaces places;
  private final Runnable interrupt;
  private @Nullable Computed ahead;
  private boolean ended;

  /** Whether its reader has all of it, and nothing of ours. */
  private boolean givenOut;

  /** Guards what follows. */
  private final ReentrantLock lock = new ReentrantLock();

  private boolean computing;
  private boolean stopped;
  private boolean interrupted;

  /**
   * @param interrupt what stops the computation
   */
  ServedResult(BatchStream stream, ResultPlaces places, Runnable interrupt) {
    this.stream = stream;
    this.places = places;
    this.interrupt = interrupt;
  }

  Schema schema() {
    return stream.schema();
  }

  /**
   * What has been computed: a message (with the number of its body's place, −1 for none), the end,
   * or a failure.
   */
  private record Computed(
      @Nullable IpcMessage message, int place, @Nullable MallardException failure) {
    boolean isEnd() {
      return message == null && failure == null;
    }
  }

  /** The next message, or its failure. */
  private Computed taken() {
    Computed next = ahead;
    ahead = null;
    if (next == null) {
      next = compute();
    }
    if (next.failure() != null) {
      throw next.failure();
    }
    ended = next.message() == null;
    return next;
  }

  Reply first() {
    Computed first = taken();
    IpcMessage message = first.message();
    if (message != null && message.rows() < FEW_ROWS) {
      ahead = compute();
    }
    boolean whole = message == null || (ahead != null && ahead.isEnd());
    givenOut = whole && first.place() < 0;
    return reply(first, place -> new Answer.Running(schema(), message == null, whole, place));
  }

  Reply next() {
    Computed next = taken();
    return next.message() == null ? Reply.of(new Answer.End()) : reply(next, Answer.Batch::new);
  }

  boolean isGivenOut() {
    return givenOut;
  }

  private interface Named {
    Answer answer(Answer.@Nullable Place place);
  }

  private Reply reply(Computed computed, Named named) {
    IpcMessage message = computed.message();
    if (message == null || computed.place() < 0) {
      return new Reply(named.answer(null), message, false);
    }
    Answer.Place place = places.told(computed.place(), message.body().length());
    return new Reply(named.answer(place), message, true);
  }

  /** After an answer: what will be asked for next. */
  void computeAhead() {
    if (ended || ahead != null) {
      return;
    }
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      computing = true;
    } finally {
      lock.unlock();
    }
    try {
      ahead = compute();
    } finally {
      lock.lock();
      try {
        computing = false;
      } finally {
        lock.unlock();
      }
    }
  }

  private Computed compute() {
    try {
      IpcMessage message = stream.next();
      if (message == null || message.body().length() <= INLINE_BYTES) {
        return new Computed(message, -1, null);
      }
      return new Computed(message, placed(message), null);
    } catch (MallardException e) {
      return new Computed(null, -1, e);
    } catch (IOException | RuntimeException e) {
      return new Computed(null, -1, Failures.known(e));
    }
  }

  private int placed(IpcMessage message) {
    try {
      return places.write(message.body());
    } catch (IOException e) {
      if (message.body().length() <= MOST_INLINE_BYTES) {
        return -1;
      }
      message.close();
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "SQL: there is no room to hand a batch of the result over; select less, or try again",
          e);
    }
  }

  /** Any thread: what is computed ahead is not wanted any more. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      if (computing) {
        interrupted = true;
        interrupt.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * @return whether it was interrupted: then the connection is of no use for the same statement
   */
  boolean close() throws IOException {
    Computed left = ahead;
    ahead = null;
    if (left != null && left.message() != null) {
      left.message().close();
    }
    stream.close();
    places.empty();
    lock.lock();
    try {
      return interrupted;
    } finally {
      lock.unlock();
    }
  }
}
