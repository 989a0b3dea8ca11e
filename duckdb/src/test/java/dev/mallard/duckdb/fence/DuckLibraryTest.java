package dev.mallard.duckdb.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class DuckLibraryTest {
  /** A process that is killed would leave it. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theFileIsGoneOnceTheLibraryIsUsed() throws Exception {
    try (Connection used = DriverManager.getConnection("jdbc:duckdb:");
        DuckParser parser = DuckParser.open();
        var lines = Files.lines(Path.of("/proc/self/maps"))) {
      assertThat(used.isClosed()).isFalse();
      assertThat(parser.tokens("SELECT 1")).hasSize(2);
      List<String> mapped = lines.filter(line -> line.contains("libduckdb_java")).toList();
      assertThat(mapped).isNotEmpty().allMatch(line -> line.endsWith("(deleted)"));
    }
  }
}
