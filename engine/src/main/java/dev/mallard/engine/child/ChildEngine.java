package dev.mallard.engine.child;

import dev.mallard.duckdb.DuckEngine;
import dev.mallard.duckdb.DuckOptions;
import dev.mallard.duckdb.StatementStack;
import dev.mallard.engine.link.Answer;
import dev.mallard.engine.link.Handlers;
import dev.mallard.engine.link.Line;
import dev.mallard.engine.link.Request;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlMetadata;
import dev.mallard.query.TableInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** The engine, once it was told to open its database, and all lines to it. Thread-safe. */
final class ChildEngine {
  private final BufferAllocator allocator = new RootAllocator();
  private final Asking asking = new Asking(allocator);

  /** By the numbers that the server has given them. */
  private final Map<Long, ServedConnection> connections = new ConcurrentHashMap<>();

  /** Down once it is told to open. */
  private final CountDownLatch opened = new CountDownLatch(1);

  private volatile @Nullable DuckEngine engine;
  private volatile @Nullable Path results;

  BufferAllocator allocator() {
    return allocator;
  }

  Asking asking() {
    return asking;
  }

  DuckEngine engine() {
    DuckEngine open = engine;
    if (open == null) {
      throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the engine is not open");
    }
    return open;
  }

  Path results() {
    Path folder = results;
    if (folder == null) {
      throw new MallardException(ErrorCode.UNAVAILABLE, "SQL: the engine is not open");
    }
    return folder;
  }

  void add(long number, ServedConnection connection) {
    connections.put(number, connection);
  }

  void remove(long number) {
    connections.remove(number);
  }

  /** Adds what may be asked on any line, whosever it is. */
  void handle(Handlers<Request, Reply> on, Line line) {
    on.on(Request.Open.class, (open, with) -> open(open.options()))
        .on(Request.Shut.class, (shut, with) -> shut())
        .on(Request.Ping.class, (ping, with) -> texts(List.of(metadata().engineVersion())))
        .on(Request.Interrupt.class, (wish, with) -> interrupt(wish))
        .on(Request.StopResult.class, (wish, with) -> stopResult(wish))
        .on(Request.Progress.class, (wish, with) -> progress(wish.connection()))
        .on(Request.Look.class, (look, with) -> Reply.of(look(look.what())))
        .on(
            Request.HasTable.class,
            (has, with) -> flag(metadata().hasTable(has.schema(), has.table())))
        .on(Request.WasCommitted.class, (was, with) -> flag(engine().wasCommitted(was.id())))
        .on(
            Request.Tidy.class,
            (tidy, with) -> {
              engine().tidy();
              return Reply.DONE;
            })
        .on(
            Request.GiveWay.class,
            (give, with) -> {
              engine().giveWay();
              return Reply.DONE;
            });
  }

  private static Reply flag(boolean yes) {
    return Reply.of(new Answer.Flag(yes));
  }

  private static Reply texts(List<String> texts) {
    return Reply.of(new Answer.Texts(texts));
  }

  CountDownLatch opened() {
    return opened;
  }

  private Reply open(Request.OpenOptions options) throws IOException {
    opened.countDown();
    if (engine != null) {
      throw new IllegalStateException("it is open");
    }
    String database = options.database();
    DuckOptions duck =
        new DuckOptions(
            database == null ? null : Path.of(database),
            Path.of(options.work()),
            options.limitBytes(),
            options.memoryBytes(),
            options.threads(),
            options.temporaryBytes(),
            options.allowFileAccess(),
            options.readOnly());
    results = Path.of(options.results());
    engine =
        DuckEngine.open(
            duck,
            new RemoteDatasets(Path.of(options.datasets()), asking),
            allocator,
            StatementStack.DEEP,
            options.witness() ? asking::tellCommitting : null);
    return Reply.DONE;
  }

  private Reply shut() {
    DuckEngine open = engine;
    engine = null;
    if (open != null) {
      open.close();
    }
    return Reply.DONE;
  }

  private Reply interrupt(Request.Interrupt wish) {
    ServedConnection connection = connections.get(wish.connection());
    if (connection != null) {
      connection.interrupt(wish.request());
    }
    return Reply.DONE;
  }

  private Reply stopResult(Request.StopResult wish) {
    ServedConnection connection = connections.get(wish.connection());
    if (connection != null) {
      connection.stopResult(wish.request());
    }
    return Reply.DONE;
  }

  private Reply progress(long number) {
    ServedConnection connection = connections.get(number);
    return Reply.of(new Answer.Fraction(connection == null ? -1 : connection.progress()));
  }

  private SqlMetadata metadata() {
    return engine().metadata();
  }

  private Answer look(Request.What what) {
    return switch (what) {
      case SCHEMAS -> new Answer.Schemas(metadata().schemas());
      case TABLES ->
          new Answer.Tables(metadata().tables().stream().map(ChildEngine::table).toList());
      case PRIMARY_KEYS -> new Answer.PrimaryKeys(metadata().primaryKeys());
      case FOREIGN_KEYS -> new Answer.ForeignKeys(metadata().foreignKeys());
      case FUNCTIONS -> new Answer.Texts(metadata().functions());
      case KEYWORDS -> new Answer.Texts(metadata().keywords());
      case VERSION -> new Answer.Texts(List.of(metadata().engineVersion()));
      case SETTINGS -> new Answer.Texts(engine().settings().stream().sorted().toList());
    };
  }

  private static Answer.Table table(TableInfo table) {
    return new Answer.Table(
        table.catalog(), table.schema(), table.name(), table.type(), table.columns().get());
  }
}
