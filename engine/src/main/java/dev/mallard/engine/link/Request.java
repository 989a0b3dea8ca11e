package dev.mallard.engine.link;

import dev.mallard.query.IngestTarget;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What the server wants of the engine. Each is answered once, by an {@link Answer}. */
public sealed interface Request extends Said {
  /** Opens the database; the first of all. */
  record Open(OpenOptions options) implements Request {}

  /** Whether the engine works: it asks its database for an answer. */
  record Ping() implements Request {}

  /** The line is for what the engine asks while nobody waits for it on another; not answered. */
  record TakeAsks() implements Request {}

  /** Closes the database: the process is about to be ended. */
  record Shut() implements Request {}

  /**
   * From here on the line is a connection.
   *
   * @param connection by which others speak of it; never used before
   */
  record Connect(long connection, SaidSession session) implements Request {}

  /** The line is nobody's again. What was not committed is rolled back. */
  record Disconnect() implements Request {}

  record Prepare(String sql, SaidCaller caller) implements Request {}

  record Describe(long statement) implements Request {}

  record Parameters(long statement) implements Request {}

  record IsCurrent(long statement) implements Request {}

  /** With a batch of one row. */
  record Bind(long statement, Schema schema) implements Request {}

  record Unbind(long statement) implements Request {}

  /**
   * Runs it up to its first message.
   *
   * @param onlyIfCurrent whether it is not run if it does not mean any more what its text means now
   */
  record Run(long statement, boolean onlyIfCurrent) implements Request {}

  /** The next message of the result. */
  record Next() implements Request {}

  record CloseResult() implements Request {}

  record Update(long statement) implements Request {}

  record CloseStatement(long statement) implements Request {}

  record Begin() implements Request {}

  record Commit() implements Request {}

  record Rollback() implements Request {}

  record BeginIngest(IngestTarget target, Schema schema) implements Request {}

  /** With a message. */
  record Write() implements Request {}

  record CommitIngest() implements Request {}

  record CloseIngest() implements Request {}

  /**
   * Stops a request on another line; nothing if it has ended, whatever has come after it.
   *
   * @param request the number of it on its line, from 1
   */
  record Interrupt(long connection, long request) implements Request {}

  /**
   * Stops what is computed ahead on another line: nobody wants the result any more.
   *
   * @param request the number of that which closes it; nothing is stopped once it has ended
   */
  record StopResult(long connection, long request) implements Request {}

  record Progress(long connection) implements Request {}

  /** A question about what there is. */
  record Look(What what) implements Request {}

  /** What can be looked at. */
  enum What {
    SCHEMAS,
    TABLES,
    PRIMARY_KEYS,
    FOREIGN_KEYS,
    FUNCTIONS,
    KEYWORDS,
    VERSION,
    SETTINGS
  }

  record HasTable(String schema, String table) implements Request {}

  /** Whether a commit was done before the engine was restarted. */
  record WasCommitted(String id) implements Request {}

  record Tidy() implements Request {}

  record GiveWay() implements Request {}

  /**
   * How the engine is set up.
   *
   * @param database null keeps tables in memory
   * @param datasets the folder of their files
   * @param results the folder in which results are handed over
   * @param witness whether commits leave their ids
   */
  record OpenOptions(
      @Nullable String database,
      String work,
      long limitBytes,
      long memoryBytes,
      int threads,
      long temporaryBytes,
      boolean allowFileAccess,
      boolean readOnly,
      String datasets,
      String results,
      boolean witness) {}
}
