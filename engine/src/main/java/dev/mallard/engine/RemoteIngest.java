package dev.mallard.engine;

import dev.mallard.access.Caller;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Notice;
import dev.mallard.engine.link.Request;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An upload, message by message: each is answered when the engine has taken it. */
final class RemoteIngest implements Ingest {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteIngest.class);

  private final RemoteConnection connection;
  private final Caller caller;
  private final String what;

  /** The line on which it was begun: on another one it is not known. */
  private final Calls calls;

  private boolean ended;

  RemoteIngest(RemoteConnection connection, IngestTarget target, Schema schema, Caller caller) {
    this.connection = connection;
    this.caller = caller;
    this.what = "ingest into " + target.table();
    this.calls =
        connection.attempt(
            work(),
            Losses.Again.MAY,
            on -> {
              on.call(new Request.BeginIngest(target, schema), Answer.Done.class);
              return on;
            });
  }

  private Work work() {
    return connection.work(what, caller);
  }

  @Override
  public void write(IpcMessage message) {
    try (message) {
      connection.attempt(
          work(),
          Losses.Again.CHANGES,
          on -> mine(on).call(new Request.Write(), message, Answer.Done.class));
    }
  }

  /** Elsewhere nothing is known of it. */
  private Calls mine(Calls on) {
    if (on != calls) {
      throw Commits.notDone();
    }
    return on;
  }

  @Override
  public long commit() {
    long rows =
        connection.attempt(
            work(),
            Losses.Again.CHANGES,
            on -> {
              try {
                return mine(on).call(new Request.CommitIngest(), Answer.Count.class).rows();
              } catch (EngineLost lost) {
                return truth(lost);
              }
            });
    ended = true;
    return rows;
  }

  private long truth(EngineLost lost) {
    Notice.Committing committing = calls.committing();
    if (connection.isInTransaction()
        || !connection.room().commits().wasDone(committing)
        || committing == null) {
      throw lost;
    }
    return committing.count();
  }

  @Override
  public void close() {
    if (ended || !calls.isUsable()) {
      return;
    }
    ended = true;
    try {
      calls.call(new Request.CloseIngest(), Answer.Done.class);
    } catch (EngineLost e) {
      LOG.debug("an upload was lost when it was given up", e);
    }
  }
}
