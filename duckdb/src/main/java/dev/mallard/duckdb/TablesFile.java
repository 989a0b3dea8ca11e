package dev.mallard.duckdb;

import dev.mallard.query.SqlMetadata;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The room that SQL tables take on disk: statements that would take all of it are stopped, and what
 * was written for those that failed is given back to the disk. Thread-safe.
 */
final class TablesFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TablesFile.class);

  private final DuckInstance instance;
  private final DiskWatch disk;

  /** Whether something was written for a statement that failed. */
  private final AtomicBoolean hasLeftovers = new AtomicBoolean();

  TablesFile(DuckInstance instance, DuckOptions options) {
    this.instance = instance;
    Path database = options.database();
    Path folder = database == null ? null : database.toAbsolutePath().getParent();
    this.disk = DiskWatch.of(folder == null ? options.work() : folder);
  }

  DiskWatch disk() {
    return disk;
  }

  /** A statement has failed for lack of room. */
  void wasFull() {
    hasLeftovers.set(true);
  }

  /**
   * Gives back what is left of statements that failed, once their transactions are over. While
   * others write that cannot be: then it is tried again the next time.
   */
  void giveBack() {
    if (!hasLeftovers.compareAndSet(true, false)) {
      return;
    }
    try (Connection own = instance.connect();
        Statement statement = own.createStatement()) {
      // Without a change since the last time DuckDB sees no reason to look.
      String tables = SqlNames.quote(SqlMetadata.TABLES);
      String nothing = tables + "." + SqlNames.quote("nothing-" + UUID.randomUUID());
      statement.execute("BEGIN");
      statement.execute("CREATE SCHEMA " + nothing);
      statement.execute("DROP SCHEMA " + nothing);
      statement.execute("COMMIT");
      statement.execute("CHECKPOINT " + tables);
    } catch (SQLException e) {
      LOG.debug("what was written for statements that failed is still on disk", e);
      hasLeftovers.set(true);
    }
  }

  @Override
  public void close() {
    disk.close();
  }
}
