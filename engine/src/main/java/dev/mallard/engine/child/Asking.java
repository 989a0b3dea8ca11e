package dev.mallard.engine.child;

import dev.mallard.engine.link.Ask;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.link.Notice;
import dev.mallard.engine.link.Told;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server: on the line on which it waits for this thread's answer, where it answers by
 * itself what it may have locked; or else, for what nobody waits for, on a line apart. Thread-safe.
 */
final class Asking {
  private final BufferAllocator allocator;
  private final ThreadLocal<Line> underWay = new ThreadLocal<>();
  private final ThreadLocal<RemoteDataset.Passed> passed = new ThreadLocal<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock. */
  private @Nullable Line aside;

  Asking(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  void begin(Line line) {
    underWay.set(line);
  }

  void end() {
    underWay.remove();
    passed.remove();
  }

  /** Remembers a stream that was asked for in the request that this thread is at. */
  RemoteDataset.Passed passed(RemoteDataset.Passed stream) {
    passed.set(stream);
    return stream;
  }

  /** The stream that was asked for in this request, if it is open: then it is the result. */
  Optional<RemoteDataset.Passed> passed() {
    return Optional.ofNullable(passed.get()).filter(stream -> !stream.isClosed());
  }

  void take(Line line) {
    lock.lock();
    try {
      aside = line;
    } finally {
      lock.unlock();
    }
  }

  /** On a thread that answers a request. */
  void tellCommitting(String id, long count) {
    Line line = underWay.get();
    if (line == null) {
      throw new IllegalStateException("a commit that nobody has asked for");
    }
    try {
      line.send(new Notice.Committing(id, count));
    } catch (IOException e) {
      throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the server has gone", e);
    }
  }

  /**
   * @throws MallardException what the server refuses with
   */
  <T extends Told> T ask(Ask ask, Class<T> expected) {
    Told told = ask(ask);
    if (told instanceof Told.Refused refused) {
      throw new MallardException(refused.code(), refused.message());
    }
    return expected.cast(told);
  }

  private Told ask(Ask ask) {
    Line line = underWay.get();
    if (line != null) {
      return exchange(line, ask);
    }
    lock.lock();
    try {
      if (aside == null) {
        throw new IllegalStateException("nobody to ask");
      }
      return exchange(aside, ask);
    } finally {
      lock.unlock();
    }
  }

  private Told exchange(Line line, Ask ask) {
    try {
      line.send(ask);
      return line.receiveFirst(Told.class, allocator);
    } catch (IOException e) {
      throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the server has gone", e);
    }
  }
}
