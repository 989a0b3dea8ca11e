package dev.mallard.engine.child;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Handlers;
import dev.mallard.engine.link.Received;
import dev.mallard.engine.link.Request;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.query.Ingest;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the server's, on the line on which it was asked for. On the line's thread, but
 * for {@link #interrupt}, {@link #stopResult} and {@link #progress}.
 */
final class ServedConnection implements AutoCloseable {
  private final ChildEngine engine;
  private final long number;
  private final SqlConnection connection;
  private final ResultPlaces places;
  private final Turn turn;
  private final Map<Long, SqlStatement> statements = new HashMap<>();
  private long lastStatement;
  private volatile @Nullable ServedResult result;
  private @Nullable Ingest ingest;
  private boolean inTransaction;

  /**
   * @param turn of the line
   */
  ServedConnection(ChildEngine engine, Request.Connect connect, ResultPlaces places, Turn turn) {
    this.engine = engine;
    this.turn = turn;
    this.number = connect.connection();
    this.places = places;
    this.connection = engine.engine().connect(connect.session().options());
    engine.add(number, this);
  }

  static void handle(Handlers<Request, Reply> on, Current current) {
    on.on(Request.Prepare.class, (prepare, with) -> current.get().prepare(prepare))
        .on(
            Request.Describe.class,
            (of, with) -> schema(current.get().statement(of.statement()).schema()))
        .on(
            Request.Parameters.class,
            (of, with) -> schema(current.get().statement(of.statement()).parameters()))
        .on(
            Request.IsCurrent.class,
            (of, with) ->
                Reply.of(new Answer.Flag(current.get().statement(of.statement()).isCurrent())))
        .on(Request.Bind.class, (bind, with) -> current.get().bind(bind, with))
        .on(
            Request.Unbind.class,
            (of, with) -> done(current.get().statement(of.statement())::unbind))
        .on(Request.Run.class, (run, with) -> current.get().run(run))
        .on(Request.Next.class, (next, with) -> current.get().open().next())
        .on(Request.CloseResult.class, (close, with) -> current.get().closeResult())
        .on(
            Request.Update.class,
            (update, with) -> count(current.get().statement(update.statement()).update()))
        .on(
            Request.CloseStatement.class,
            (close, with) -> current.get().closeStatement(close.statement()))
        .on(Request.Begin.class, (begin, with) -> current.get().begin())
        .on(Request.Commit.class, (commit, with) -> current.get().commit())
        .on(Request.Rollback.class, (rollback, with) -> current.get().rollback())
        .on(Request.BeginIngest.class, (begin, with) -> current.get().beginIngest(begin))
        .on(Request.Write.class, (write, with) -> current.get().write(with))
        .on(Request.CommitIngest.class, (commit, with) -> current.get().commitIngest())
        .on(Request.CloseIngest.class, (close, with) -> current.get().closeIngest());
  }

  /** The connection that a line is at the moment. */
  interface Current {
    /**
     * @throws IllegalArgumentException if it is none
     */
    ServedConnection get();
  }

  private Reply begin() {
    connection.begin();
    inTransaction = true;
    return Reply.DONE;
  }

  private Reply commit() {
    connection.commit();
    inTransaction = false;
    return Reply.DONE;
  }

  private Reply rollback() {
    inTransaction = false;
    connection.rollback();
    return Reply.DONE;
  }

  private static Reply done(Runnable work) {
    work.run();
    return Reply.DONE;
  }

  private static Reply schema(Schema schema) {
    return Reply.of(new Answer.SchemaIs(schema));
  }

  private static Reply count(long rows) {
    return Reply.of(new Answer.Count(rows));
  }

  private Reply prepare(Request.Prepare prepare) {
    SqlStatement statement = connection.prepare(prepare.sql(), prepare.caller().caller());
    try (Closer onFailure = new Closer()) {
      onFailure.add(statement);
      boolean isQuery = statement.isQuery();
      long id = ++lastStatement;
      Schema parameters = told(statement::parameters);
      boolean isPlain = parameters != null && parameters.getFields().isEmpty();
      Schema schema = isPlain ? told(statement::schema) : null;
      Answer answer =
          new Answer.Prepared(id, isQuery, statement.isRepeatable(), parameters, schema);
      statements.put(id, statement);
      onFailure.release();
      return Reply.of(answer);
    }
  }

  /** What will be asked for next, if it can be told. */
  private static @Nullable Schema told(Supplier<Schema> question) {
    try {
      return question.get();
    } catch (MallardException e) {
      return null; // Whoever asks for it is told.
    }
  }

  private SqlStatement statement(long id) {
    SqlStatement statement = statements.get(id);
    if (statement == null) {
      throw new IllegalArgumentException("statement " + id);
    }
    return statement;
  }

  private Reply bind(Request.Bind bind, Received row) throws IOException {
    try (BatchLoader loader = new BatchLoader(bind.schema(), engine.allocator())) {
      VectorSchemaRoot root = loader.load(row.required());
      if (root == null || root.getRowCount() != 1) {
        throw new IllegalArgumentException("a row of parameters");
      }
      statement(bind.statement()).bind(root, 0);
    }
    return Reply.DONE;
  }

  private Reply run(Request.Run run) throws IOException {
    SqlStatement statement = statement(run.statement());
    BatchStream stream = run.onlyIfCurrent() ? statement.runIfCurrent() : statement.run();
    if (stream == null) {
      return Reply.of(new Answer.Outdated());
    }
    Optional<RemoteDataset.Passed> passed = engine.asking().passed();
    if (passed.isPresent()) {
      return Reply.of(new Answer.Passed(passed.get().number(), stream.schema()));
    }
    ServedResult running = new ServedResult(stream, places, connection::interrupt);
    result = running;
    try {
      return running.first();
    } catch (RuntimeException e) {
      closeResult();
      throw e;
    }
  }

  private ServedResult open() {
    ServedResult open = result;
    if (open == null) {
      throw new IllegalArgumentException("no result");
    }
    return open;
  }

  /** After an answer was sent. */
  void computeAhead() {
    ServedResult open = result;
    if (open == null) {
      return;
    }
    if (!open.isGivenOut()) {
      // To stop that would end the transaction.
      if (!inTransaction) {
        open.computeAhead();
      }
      return;
    }
    try {
      closeResult();
    } catch (IOException | RuntimeException e) {
      Failures.known(e); // Its reader has it all; the connection is not used again.
    }
  }

  private Reply closeResult() throws IOException {
    ServedResult open = result;
    result = null;
    return Reply.of(new Answer.Flag(open != null && open.close()));
  }

  private Reply closeStatement(long id) {
    SqlStatement statement = statements.remove(id);
    if (statement != null) {
      statement.close();
    }
    return Reply.DONE;
  }

  private Reply beginIngest(Request.BeginIngest begin) {
    ingest = connection.ingest(begin.target(), begin.schema());
    return Reply.DONE;
  }

  private Ingest ingest() {
    if (ingest == null) {
      throw new IllegalArgumentException("no upload");
    }
    return ingest;
  }

  private Reply write(Received message) {
    ingest().write(message.taken());
    return Reply.DONE;
  }

  private Reply commitIngest() {
    return count(ingest().commit());
  }

  private Reply closeIngest() {
    Ingest open = ingest;
    ingest = null;
    if (open != null) {
      open.close();
    }
    return Reply.DONE;
  }

  void interrupt(long request) {
    turn.unlessEnded(request, connection::interrupt);
  }

  /**
   * @param request that closes it
   */
  void stopResult(long request) {
    turn.unlessEnded(
        request,
        () -> {
          ServedResult open = result;
          if (open != null) {
            open.stop();
          }
        });
  }

  double progress() {
    return connection.progress();
  }

  @Override
  public void close() {
    engine.remove(number);
    try (Closer all = new Closer()) {
      all.add(connection);
      statements.values().forEach(all::add);
      all.add(this::closeIngest);
      all.add(this::closeResult);
    }
  }
}
