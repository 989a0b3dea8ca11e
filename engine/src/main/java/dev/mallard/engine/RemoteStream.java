package dev.mallard.engine;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Request;
import dev.mallard.error.MallardException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result that the engine computes: a message ahead of what was asked for. Once a message was
 * given out it cannot run again.
 */
final class RemoteStream implements BatchStream {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteStream.class);

  private final RemoteConnection connection;
  private final RemoteStatement statement;
  private final Calls calls;
  private final Work work;
  private final Schema schema;
  private @Nullable IpcMessage first;
  private @Nullable RuntimeException failure;
  private boolean ended;

  /** Whether nothing of it is left on the engine. */
  private final boolean isOver;

  private boolean closed;

  /**
   * @param received with the first message
   */
  RemoteStream(
      RemoteConnection connection,
      RemoteStatement statement,
      Calls calls,
      Work work,
      Answer.Running running,
      Received received) {
    this.connection = connection;
    this.statement = statement;
    this.calls = calls;
    this.work = work;
    this.schema = running.schema();
    this.ended = running.whole();
    this.isOver = ended && running.place() == null;
    this.first = running.empty() ? null : calls.message(received, running.place());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public boolean mayWait() {
    return first == null && !ended;
  }

  @Override
  public @Nullable IpcMessage next() {
    IpcMessage ready = first;
    first = null;
    if (ready != null) {
      connection.room().losses().acquit(work);
      return ready;
    }
    if (failure != null) {
      throw failure; // Not the end, whoever asks again.
    }
    if (ended || closed) {
      return null;
    }
    try {
      return connection.more(work, this::ask);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  private @Nullable IpcMessage ask() {
    try (Received received = calls.callForMessage(new Request.Next())) {
      if (received.said() instanceof Answer.End) {
        ended = true;
        return null;
      }
      return calls.message(received, calls.cast(received, Answer.Batch.class).place());
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (first != null) {
      first.close();
      first = null;
    }
    try {
      closeThere();
    } finally {
      connection.finished(work);
    }
  }

  private void closeThere() {
    if (isOver || !calls.isUsable()) {
      return;
    }
    try {
      if (!ended && failure == null) {
        connection.stopping(calls, work);
      }
      if (calls.call(new Request.CloseResult(), Answer.Flag.class).yes()) {
        statement.spoil();
      }
    } catch (EngineLost e) {
      LOG.debug("a result was lost when it was closed", e);
    } catch (MallardException e) {
      statement.spoil();
      throw e;
    }
  }
}
