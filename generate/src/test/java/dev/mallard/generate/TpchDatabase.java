package dev.mallard.generate;

import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** TPC-H's tables as Parquet files, and DuckDB to query them. */
final class TpchDatabase implements AutoCloseable {
  private final Connection connection;

  private TpchDatabase(Connection connection) {
    this.connection = connection;
  }

  static TpchDatabase create(Path folder, double scaleFactor, long seed)
      throws IOException, SQLException {
    TpchDatabase database = new TpchDatabase(DriverManager.getConnection("jdbc:duckdb:"));
    try (LeakCheckedAllocator memory = LeakCheckedAllocator.open()) {
      SampleSize size = SampleSize.ofScaleFactor(scaleFactor);
      for (SampleTable table : SampleKind.TPCH.tables(size, seed)) {
        Path file = SampleParquet.write(table, folder, memory.get());
        database.run("CREATE TABLE %s AS FROM '%s'".formatted(table.name(), file));
      }
    }
    return database;
  }

  /** All rows, columns parted by bars. */
  List<String> query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
