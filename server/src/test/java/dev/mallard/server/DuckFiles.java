package dev.mallard.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Parquet files that an embedded DuckDB writes into a data folder. */
final class DuckFiles {
  private DuckFiles() {}

  /**
   * @param file as in {@code sales.parquet}
   */
  static void write(Path folder, String file, String query) throws SQLException, IOException {
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    Path staged = Files.createTempFile("staged", ".parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      sql.execute("COPY (" + query + ") TO '" + staged + "' (FORMAT parquet)");
    }
    Files.move(staged, target, StandardCopyOption.REPLACE_EXISTING);
  }
}
