package dev.mallard.duckdb;

import dev.mallard.error.Closer;
import dev.mallard.query.SqlMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DuckDB in this process: two catalogs ({@link SqlMetadata#TABLES}, {@link
 * SqlMetadata#DATASETS}), its limits, and its locks. After the locks are on, DuckDB opens no file
 * but its database, its temporary files and what lies in the folder of the datasets' files.
 *
 * @see <a href="https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview">Securing
 *     DuckDB</a>
 */
final class DuckInstance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DuckInstance.class);

  /** What a connection may still set for itself once everything is locked. */
  private static final List<String> OPEN_SETTINGS =
      List.of("search_path", "schema", "TimeZone", "enable_progress_bar", "jdbc_stream_results");

  private final DuckDBConnection root;

  /**
   * @param datasets the folder of their files
   */
  DuckInstance(DuckOptions options, Path datasets, StatementStack stack)
      throws IOException, SQLException {
    Path temporary = options.work().resolve("tmp");
    Files.createDirectories(temporary);
    Properties properties = new Properties();
    properties.put("jdbc_stream_results", "true");
    try (Closer onFailure = new Closer()) {
      this.root =
          onFailure.add((DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
      setUp(options, temporary, datasets, stack);
      onFailure.release();
    }
  }

  private void setUp(DuckOptions options, Path temporary, Path datasets, StatementStack stack)
      throws SQLException {
    attachTables(options);
    try (Statement sql = root.createStatement()) {
      sql.execute("ATTACH ':memory:' AS " + SqlNames.quote(SqlMetadata.DATASETS));
      sql.execute("SET autoinstall_known_extensions = false");
      sql.execute("SET autoload_known_extensions = false");
      sql.execute("SET allow_community_extensions = false");
      sql.execute("SET allow_persistent_secrets = false");
      sql.execute("SET threads = " + options.threads());
      sql.execute("SET memory_limit = '" + options.memoryBytes() + "B'");
      sql.execute("SET temp_directory = " + SqlNames.literal(temporary.toString()));
      long temporaryBytes =
          Math.min(options.temporaryBytes(), temporary.toFile().getUsableSpace() / 10 * 9);
      sql.execute("SET max_temp_directory_size = '" + temporaryBytes + "B'");
      sql.execute("SET GLOBAL TimeZone = 'UTC'");
      sql.execute("SET GLOBAL max_expression_depth = " + stack.depth());
      // Off, scans are up to twice as fast, but streamed results lose their ORDER BY.
      sql.execute("SET preserve_insertion_order = true");
      sql.execute("SET parquet_metadata_cache = true");
      if (!options.allowFileAccess()) {
        sql.execute("SET allowed_directories = [" + SqlNames.literal(datasets.toString()) + "]");
        sql.execute("SET enable_external_access = false");
      }
      String open = OPEN_SETTINGS.stream().map(SqlNames::literal).collect(Collectors.joining(", "));
      sql.execute("SET allowed_configs = [" + open + "]");
      sql.execute("SET lock_configuration = true");
    }
  }

  private void attachTables(DuckOptions options) throws SQLException {
    Path database = options.database();
    if (database == null) {
      attach(":memory:", "");
      return;
    }
    try {
      attach(database.toString(), options.readOnly() ? " (READ_ONLY)" : "");
    } catch (SQLException e) {
      if (!options.readOnly()) {
        throw e;
      }
      // Datasets may be read while another server writes them; its tables may not.
      LOG.warn("another server has the SQL tables open: this one serves none", e);
      attach(":memory:", "");
    }
  }

  private void attach(String place, String how) throws SQLException {
    try (Statement sql = root.createStatement()) {
      sql.execute(
          "ATTACH " + SqlNames.literal(place) + " AS " + SqlNames.quote(SqlMetadata.TABLES) + how);
    }
  }

  /** A further connection, in its initial state. Any thread. */
  DuckDBConnection connect() throws SQLException {
    return root.duplicate();
  }

  @Override
  public void close() throws SQLException {
    root.close();
  }
}
