package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets that are replaced all the time are there all the time. */
class ReplacedDatasetsTest {
  private static final int REPLACEMENTS = Integer.getInteger("mallard.test.replacements", 150);
  private static final int CLIENTS = 4;

  @TempDir Path root;

  private EngineFixture sql;
  private DatasetFiles files;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    files = new DatasetFiles(sql.allocator);
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  /** As many rows as its version's number, 1 or 2 and so on, in each of both. */
  private void replace(int version) throws Exception {
    for (String name : List.of("first.feather", "second.parquet")) {
      files.numbers(sql.data.resolve(name), version);
    }
    Path other = sql.data.resolve("other.parquet");
    if (version % 2 == 0) {
      Files.copy(sql.data.resolve("second.parquet"), other, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(other);
    }
  }

  @Test
  void aDatasetThatIsThereThroughoutIsAlwaysFoundAndAllOfAStatementIsOneMoment() throws Exception {
    replace(1);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger answers = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<Future<Integer>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(threads.submit(client(i, done, answers)));
    }
    try {
      for (int version = 2; version <= REPLACEMENTS; version++) {
        replace(version);
        sql.engine.tidy();
      }
    } finally {
      done.set(true);
      threads.shutdown();
    }
    for (Future<Integer> client : clients) {
      assertThat(client.get()).isPositive();
    }
    assertThat(sql.rows("SELECT count(*) FROM first")).containsExactly("" + REPLACEMENTS);
  }

  private Callable<Integer> client(int number, AtomicBoolean done, AtomicInteger answers) {
    return () -> {
      int asked = 0;
      long seen = 0;
      while (!done.get() || asked == 0) {
        long rows =
            switch (number % 4) {
              case 0 -> number("SELECT count(*) FROM first");
              case 1 -> number("SELECT max(id) + 1 FROM second");
              case 2 -> bothAtOneMoment();
              default -> prepared();
            };
        assertThat(rows).isGreaterThanOrEqualTo(seen);
        seen = rows;
        asked++;
        answers.incrementAndGet();
      }
      return asked;
    };
  }

  private long number(String query) {
    return Long.parseLong(sql.rows(query).get(0));
  }

  /** The first is replaced before the second: it is of the same version, or of the next. */
  private long bothAtOneMoment() {
    String[] counts =
        sql.rows("SELECT (SELECT count(*) FROM first), (SELECT count(*) FROM second)")
            .get(0)
            .split("\\|");
    long first = Long.parseLong(counts[0]);
    long second = Long.parseLong(counts[1]);
    assertThat(first - second).isBetween(0L, 1L);
    return first;
  }

  private long prepared() throws Exception {
    try (SqlConnection connection = sql.engine.connect(SessionOptions.NONE);
        SqlStatement statement =
            connection.prepare("SELECT count(*) FROM second", Caller.ANONYMOUS)) {
      return Long.parseLong(sql.rows(statement.run()).get(0));
    }
  }
}
