package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Fence;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlDataset;
import dev.mallard.query.SqlDatasets;
import dev.mallard.query.SqlEngine;
import dev.mallard.query.SqlMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SQL by an embedded DuckDB over datasets and tables of its own. Thread-safe. Close it after its
 * connections.
 */
public final class DuckEngine implements SqlEngine {
  private static final Logger LOG = LoggerFactory.getLogger(DuckEngine.class);
  private static final int POOLED = 32;

  /** What a session may set: nothing that another session would notice. */
  private static final Set<String> SETTINGS = Set.of("TimeZone");

  private final SqlDatasets datasets;
  private final BufferAllocator allocator;
  private final boolean readOnly;
  private final DuckInstance instance;
  private final Fence fence;
  private final ReservedNames reserved;
  private final TablesFile tables;
  private final DuckErrors errors;
  private final Volatility volatility;
  private final CommitIds commits;
  private final DatasetViews views;
  private final UserDefinitions definitions;
  private final DuckDBConnection definitionsConnection;
  private final DuckMetadata metadata;

  /** Guarded by itself. */
  private final Deque<PooledConnection> idle = new ArrayDeque<>();

  /** Tables whose names are datasets', too, as the log was told. */
  private final Set<DatasetTable> hidden = ConcurrentHashMap.newKeySet();

  private boolean closed;

  /**
   * Opens the database and locks it down.
   *
   * @param allocator what results are accounted to
   * @throws MallardException FAILED_PRECONDITION if the database cannot be opened
   */
  public static DuckEngine open(
      DuckOptions options, SqlDatasets datasets, BufferAllocator allocator) throws IOException {
    return open(options, datasets, allocator, StatementStack.DEFAULT, null);
  }

  /**
   * Opens the database and locks it down.
   *
   * @param allocator what results are accounted to
   * @param stack of the threads that will call it; statements that need more are refused
   * @param witness hears of commits, which leave ids in the database then
   * @throws MallardException FAILED_PRECONDITION if the database cannot be opened
   */
  public static DuckEngine open(
      DuckOptions options,
      SqlDatasets datasets,
      BufferAllocator allocator,
      StatementStack stack,
      @Nullable CommitWitness witness)
      throws IOException {
    clear(options.work());
    try {
      return new DuckEngine(options, datasets, allocator, stack, witness);
    } catch (SQLException e) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "cannot open the database of SQL tables: " + DuckErrors.text(e),
          e);
    }
  }

  /** Links and temporary files of an earlier process. */
  private static void clear(Path work) throws IOException {
    if (!Files.isDirectory(work)) {
      Files.createDirectories(work);
      return;
    }
    try (var old = Files.walk(work)) {
      for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(work)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private DuckEngine(
      DuckOptions options,
      SqlDatasets datasets,
      BufferAllocator allocator,
      StatementStack stack,
      @Nullable CommitWitness witness)
      throws IOException, SQLException {
    this.datasets = datasets;
    this.allocator = allocator;
    this.readOnly = options.readOnly();
    this.instance = new DuckInstance(options, datasets.folder(), stack);
    this.tables = new TablesFile(instance, options);
    this.errors =
        new DuckErrors(
            datasets.folder().toString(),
            (options.limitBytes() >> 20) + "MiB",
            new DatasetProbe(instance),
            tables::wasFull);
    this.definitionsConnection = instance.connect();
    this.fence = Fence.open(instance::connect, options.allowFileAccess());
    this.reserved = new ReservedNames(fence.names());
    this.volatility = Volatility.of(definitionsConnection);
    this.commits = new CommitIds(instance.connect(), witness);
    this.views = new DatasetViews(datasets, instance.connect());
    this.definitions = new UserDefinitions(definitionsConnection, fence, reserved);
    this.metadata = new DuckMetadata(datasets, instance.connect(), errors);
  }

  @Override
  public DuckConnection connect(SessionOptions options) {
    requireSafe(options);
    try (Closer onFailure = new Closer()) {
      PooledConnection connection = idleOrNew();
      onFailure.add(connection.jdbc());
      DuckConnection result = new DuckConnection(this, connection, options);
      onFailure.release();
      return result;
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  private void requireSafe(SessionOptions options) {
    for (String setting : options.settings().keySet()) {
      if (!SETTINGS.contains(setting)) {
        throw MallardException.invalid(
            "session option '"
                + setting
                + "' cannot be set here; these can: catalog, schema, "
                + String.join(", ", SETTINGS));
      }
    }
    String wanted = options.catalog();
    if (wanted != null
        && !wanted.equalsIgnoreCase(SqlMetadata.TABLES)
        && !wanted.equalsIgnoreCase(SqlMetadata.DATASETS)) {
      throw MallardException.invalid(
          "session option 'catalog': there is no catalog '"
              + wanted
              + "' (expected: "
              + SqlMetadata.TABLES
              + " or "
              + SqlMetadata.DATASETS
              + ")");
    }
    String schema = options.schema();
    if (schema != null && !schema.equalsIgnoreCase(SqlMetadata.MAIN) && !has(wanted, schema)) {
      throw MallardException.invalid(
          "session option 'schema': there is no schema '" + schema + "'");
    }
  }

  /**
   * @param catalog null for any
   */
  private boolean has(@Nullable String catalog, String schema) {
    boolean mayBeTables = catalog == null || catalog.equalsIgnoreCase(SqlMetadata.TABLES);
    boolean mayBeDatasets = catalog == null || catalog.equalsIgnoreCase(SqlMetadata.DATASETS);
    return (mayBeTables && hasTables(schema)) || (mayBeDatasets && hasDatasets(schema));
  }

  private PooledConnection idleOrNew() throws SQLException {
    synchronized (idle) {
      PooledConnection pooled = idle.poll();
      if (pooled != null) {
        return pooled;
      }
    }
    return new PooledConnection(instance.connect());
  }

  /**
   * @param reusable whether nothing is left of its last user
   */
  void giveBack(PooledConnection connection, boolean reusable) {
    tables.giveBack();
    synchronized (idle) {
      if (reusable && connection.isClean() && !closed && idle.size() < POOLED) {
        idle.push(connection);
        return;
      }
    }
    try {
      connection.jdbc().close();
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  /** Connections that wait for a user; for tests. */
  int pooled() {
    synchronized (idle) {
      return idle.size();
    }
  }

  DiskWatch disk() {
    return tables.disk();
  }

  BufferAllocator allocator() {
    return allocator;
  }

  ReservedNames reserved() {
    return reserved;
  }

  Fence fence() {
    return fence;
  }

  DuckErrors errors() {
    return errors;
  }

  SqlDatasets datasets() {
    return datasets;
  }

  DatasetViews views() {
    return views;
  }

  UserDefinitions definitions() {
    return definitions;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  /** Whether a dataset has this name, also but for upper and lower case. */
  boolean isDataset(DatasetTable name) {
    return !datasets.find(List.of(name)).isEmpty();
  }

  /** The tables whose names datasets have, too; says so, once. */
  Set<DatasetTable> hidden(Set<DatasetTable> tables) {
    if (tables.isEmpty()) {
      return Set.of();
    }
    Set<DatasetTable> shared = datasets.versions(tables).keySet();
    for (DatasetTable table : shared) {
      if (hidden.add(table)) {
        LOG.warn(
            "dataset '{}' has the name of an SQL table, which is found as {}.{}.{} only; rename one of"
                + " them",
            table.dataset(),
            SqlMetadata.TABLES,
            table.schema(),
            table.table());
      }
    }
    return shared;
  }

  /** Whether users have made this schema among the tables. */
  boolean hasTables(String schema) {
    try {
      return definitions.schemas().contains(schema);
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  boolean hasDatasets(String schema) {
    try {
      return views.hasSchema(schema);
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  /** Whether a commit with this id was done. */
  public boolean wasCommitted(String id) {
    try {
      return commits.wasDone(id);
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  CommitIds commits() {
    return commits;
  }

  Volatility volatility() {
    return volatility;
  }

  @Override
  public SqlMetadata metadata() {
    return metadata;
  }

  @Override
  public Set<String> settings() {
    return SETTINGS;
  }

  @Override
  public void tidy() {
    tables.giveBack();
    try {
      commits.tidy();
      views.dropStale();
      views.dropIdle(EnumSet.of(SqlDataset.Form.TEMPORARY));
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  @Override
  public void giveWay() {
    try {
      views.dropIdle(EnumSet.of(SqlDataset.Form.KEPT, SqlDataset.Form.TEMPORARY));
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }

  @Override
  public void close() {
    try {
      synchronized (idle) {
        closed = true;
        for (PooledConnection connection : idle) {
          connection.jdbc().close();
        }
        idle.clear();
      }
      views.close();
      commits.close();
      definitionsConnection.close();
      metadata.close();
      fence.close();
      tables.close();
      instance.close();
    } catch (SQLException e) {
      throw errors.translate(e);
    }
  }
}
