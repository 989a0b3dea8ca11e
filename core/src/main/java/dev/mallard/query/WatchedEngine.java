package dev.mallard.query;

import dev.mallard.access.Caller;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An engine that knows whether its tables may have changed since they were listed, so that a
 * listing of datasets does not ask it each time. They may while a connection is open on which
 * anything but a query was prepared, or an upload was begun, whether or not that has run.
 * Thread-safe.
 */
final class WatchedEngine implements SqlEngine {
  private final SqlEngine engine;

  /** Connections that may be changing something. */
  private final AtomicInteger changing = new AtomicInteger();

  /** How often something may have been changed. */
  private final AtomicLong changes = new AtomicLong();

  private volatile @Nullable Seen seen;

  /** The engine's tables, as they have been since there were so many changes. */
  private record Seen(long changes, List<TableInfo> tables) {}

  /**
   * @param engine stays the caller's to close
   */
  WatchedEngine(SqlEngine engine) {
    this.engine = engine;
  }

  /** As {@link SqlMetadata#ownTables}; asks the engine only if there may be others than before. */
  List<TableInfo> ownTables() {
    // In this order: what begins to change afterwards has not changed anything yet.
    long before = changes.get();
    boolean isQuiet = changing.get() == 0;
    Seen last = seen;
    if (isQuiet && last != null && last.changes() == before) {
      return last.tables();
    }
    List<TableInfo> tables = List.copyOf(engine.metadata().ownTables());
    // A view's columns may change with what it reads.
    boolean isLasting = tables.stream().noneMatch(table -> table.type().equals("VIEW"));
    if (isQuiet && isLasting && changes.get() == before && changing.get() == 0) {
      seen = new Seen(before, tables);
    }
    return tables;
  }

  @Override
  public SqlConnection connect(SessionOptions options) {
    return new Watched(engine.connect(options));
  }

  @Override
  public SqlMetadata metadata() {
    return engine.metadata();
  }

  @Override
  public Set<String> settings() {
    return engine.settings();
  }

  @Override
  public EngineState state() {
    return engine.state();
  }

  @Override
  public void tidy() {
    engine.tidy();
  }

  @Override
  public void giveWay() {
    engine.giveWay();
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class Watched implements SqlConnection {
    private final SqlConnection connection;
    private boolean mayChange;

    Watched(SqlConnection connection) {
      this.connection = connection;
    }

    private void mayChange() {
      if (!mayChange) {
        mayChange = true;
        changing.incrementAndGet();
        changes.incrementAndGet();
      }
    }

    @Override
    public SqlStatement prepare(String sql, Caller caller) {
      SqlStatement statement = connection.prepare(sql, caller);
      if (!statement.isQuery()) {
        mayChange();
      }
      return statement;
    }

    @Override
    public void begin() {
      connection.begin();
    }

    @Override
    public void commit() {
      connection.commit();
    }

    @Override
    public void rollback() {
      connection.rollback();
    }

    @Override
    public Ingest ingest(IngestTarget target, Schema schema) {
      mayChange();
      return connection.ingest(target, schema);
    }

    @Override
    public void interrupt() {
      connection.interrupt();
    }

    @Override
    public double progress() {
      return connection.progress();
    }

    @Override
    public boolean isUsable() {
      return connection.isUsable();
    }

    @Override
    public void close() {
      try {
        connection.close();
      } finally {
        if (mayChange) {
          mayChange = false;
          changes.incrementAndGet();
          changing.decrementAndGet();
        }
      }
    }
  }
}
