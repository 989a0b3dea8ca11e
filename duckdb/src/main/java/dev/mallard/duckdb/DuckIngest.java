package dev.mallard.duckdb;

import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.Ingest;
import dev.mallard.query.IngestTarget;
import dev.mallard.query.SqlMetadata;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A bulk upload into a table: batches are collected to groups, each of which DuckDB reads as an
 * Arrow stream. All of them are one transaction.
 */
final class DuckIngest implements Ingest {
  private static final String STREAM = "mallard_ingest";
  private static final long GROUP_BYTES = 64 << 20;
  private static final long GROUP_ROWS = 1 << 20;

  private final DuckConnection connection;
  private final BufferAllocator allocator;
  private final BatchLoader loader;
  private final String table;
  private final boolean ownTransaction;
  private final boolean temporary;
  private final IngestColumns columns;
  private final Deque<IpcMessage> group = new ArrayDeque<>();
  private long groupBytes;
  private long groupRows;
  private boolean create;
  private long rows;
  private boolean ended;

  DuckIngest(DuckConnection connection, DuckEngine engine, IngestTarget target, Schema schema)
      throws SQLException {
    this.connection = connection;
    this.allocator = engine.allocator();
    this.temporary = target.temporary();
    this.columns = new IngestColumns(schema);
    columns.requireReadable();
    requireTarget(connection, target);
    engine.reserved().requireFree(ReservedNames.Kind.RELATION, target.table());
    String schemaName = target.schema();
    if (schemaName == null) {
      schemaName = connection.session().schema();
    }
    String inSchema = schemaName == null ? SqlMetadata.MAIN : schemaName;
    StatementRules.requireUsers(inSchema);
    this.table =
        temporary
            ? "temp.main." + SqlNames.quote(target.table())
            : SqlNames.quote(SqlMetadata.TABLES)
                + "."
                + SqlNames.quote(inSchema)
                + "."
                + SqlNames.quote(target.table());
    this.ownTransaction = !connection.isInTransaction();
    try (Closer onFailure = new Closer()) {
      this.loader = onFailure.add(new BatchLoader(schema, allocator));
      onFailure.add(this::abandon);
      if (ownTransaction) {
        connection.beginWithoutDatasets();
      }
      connection.noteChange();
      connection.setStreaming(false);
      if (!temporary) {
        connection.claim(new DatasetTable(inSchema, target.table()));
      }
      prepareTable(target, exists(target, inSchema));
      onFailure.release();
    }
  }

  private void abandon() {
    ended = true;
    undo();
  }

  private static void requireTarget(DuckConnection connection, IngestTarget target) {
    String catalog = target.catalog();
    if (catalog != null
        && !catalog.equalsIgnoreCase(SqlMetadata.TABLES)
        && !(target.temporary() && catalog.equalsIgnoreCase("temp"))) {
      throw MallardException.invalid(
          "ingest: there is no catalog '"
              + catalog
              + "' for tables (expected: "
              + SqlMetadata.TABLES
              + ")");
    }
    if (target.temporary() && !connection.isInTransaction()) {
      throw MallardException.invalid(
          "ingest: a temporary table lives as long as a transaction, and there is none; begin one (ADBC:"
              + " autocommit off), or use an ordinary table");
    }
  }

  private boolean exists(IngestTarget target, String schema) throws SQLException {
    String sql =
        "SELECT 1 FROM system.main.duckdb_tables() WHERE database_name = ?"
            + " AND system.main.lower(schema_name) = system.main.lower(?)"
            + " AND system.main.lower(table_name) = system.main.lower(?)";
    try (PreparedStatement statement = connection.jdbc().prepareStatement(sql)) {
      statement.setString(1, temporary ? "temp" : SqlMetadata.TABLES);
      statement.setString(2, temporary ? SqlMetadata.MAIN : schema);
      statement.setString(3, target.table());
      try (ResultSet found = statement.executeQuery()) {
        return found.next();
      }
    }
  }

  private void prepareTable(IngestTarget target, boolean exists) throws SQLException {
    if (!exists && target.ifMissing() == IngestTarget.IfMissing.FAIL) {
      throw MallardException.notFound(
          "ingest: there is no table '"
              + target.table()
              + "'; create it first, or use the mode 'create' or 'create_append'");
    }
    if (exists && target.ifExists() == IngestTarget.IfExists.FAIL) {
      throw new MallardException(
          ErrorCode.ALREADY_EXISTS,
          "ingest: there is a table '"
              + target.table()
              + "' already; use the mode 'append', 'replace' or 'create_append'");
    }
    if (exists && target.ifExists() == IngestTarget.IfExists.REPLACE) {
      connection.execute("DROP TABLE " + table);
    }
    create = !exists || target.ifExists() == IngestTarget.IfExists.REPLACE;
    if (create) {
      columns.requireDistinct();
    } else {
      columns.requireIn(target.table(), tableColumns());
    }
  }

  private List<String> tableColumns() throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement all = connection.jdbc().prepareStatement("DESCRIBE " + table);
        ResultSet rows = all.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString("column_name"));
      }
    }
    return names;
  }

  @Override
  public void write(IpcMessage message) {
    group.add(message);
    groupBytes += message.encodedBytes();
    groupRows += message.rows();
    if (groupBytes >= GROUP_BYTES || groupRows >= GROUP_ROWS) {
      flush();
    }
  }

  private void flush() {
    String sql =
        create
            ? "CREATE "
                + (temporary ? "TEMP " : "")
                + "TABLE "
                + table
                + " AS SELECT * FROM "
                + STREAM
            : "INSERT INTO " + table + " BY NAME SELECT * FROM " + STREAM;
    try (ArrowArrayStream stream = ArrowArrayStream.allocateNew(allocator);
        MessageReader reader = new MessageReader(allocator, loader, group)) {
      Data.exportArrayStream(allocator, reader, stream);
      connection.jdbc().registerArrowStream(STREAM, stream);
      try {
        connection.writing(
            () -> {
              connection.execute(sql);
              return true;
            });
      } catch (SQLException e) {
        forgetStream(e);
        throw e;
      }
      connection.execute("DROP VIEW IF EXISTS " + STREAM);
      reader.check();
    } catch (SQLException | java.io.IOException e) {
      connection.spoil();
      throw columns.explained(connection.errors().translate(e));
    } catch (RuntimeException e) {
      connection.spoil();
      // The driver wraps what DuckDB says of a stream.
      throw e.getCause() instanceof SQLException cause ? connection.errors().translate(cause) : e;
    }
    create = false;
    rows += groupRows;
    groupRows = 0;
    groupBytes = 0;
  }

  /** In a transaction that has failed nothing can be dropped; what it failed at is what counts. */
  private void forgetStream(SQLException failure) {
    try {
      connection.execute("DROP VIEW IF EXISTS " + STREAM);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public long commit() {
    if (create || !group.isEmpty()) {
      flush();
    }
    ended = true;
    loader.close();
    if (ownTransaction) {
      connection.commit(rows);
    }
    connection.definitionChanged();
    return rows;
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    group.forEach(IpcMessage::close);
    group.clear();
    loader.close();
    undo();
  }

  private void undo() {
    if (!ownTransaction) {
      connection.abort();
    } else if (connection.isInTransaction()) {
      connection.rollback();
    }
  }
}
