package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes of files that are not what they ought to be: never an error of the statement. */
class FileErrorsTest {
  private static final String QUERY = "SELECT sum(id), max(text), sum(value) FROM odd";

  @TempDir Path root;

  private EngineFixture sql;
  private Path file;
  private byte[] good;

  @BeforeEach
  void open() throws Exception {
    sql = new EngineFixture(root);
    sql.parquet(
        "odd.parquet",
        "SELECT range AS id, 'text ' || range AS text, range::DOUBLE AS value FROM range(60000)");
    file = sql.data.resolve("odd.parquet");
    good = Files.readAllBytes(file);
  }

  @AfterEach
  void close() throws Exception {
    sql.close();
  }

  private MallardException failure(String query) {
    return (MallardException) sql.failure(query).orElseThrow();
  }

  private void assertLost(MallardException failure) {
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.DATA_LOSS);
    assertThat(failure).hasMessageContaining("'odd");
    assertThat(failure.getMessage()).doesNotContain(root.toString(), "links-", "LINE");
  }

  private void write(byte[] bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes.length);
      open.write(bytes);
    }
  }

  @Test
  void aFileThatIsOverwrittenOrCutInPlaceIsLostDataAndNoErrorOfTheStatement() throws Exception {
    assertThat(sql.rows(QUERY)).hasSize(1);
    Random random = new Random(7);
    for (int i = 0; i < 24; i++) {
      byte[] bad = good.clone();
      int at = random.nextInt(good.length - 500);
      switch (i % 3) {
        case 0 -> bad = java.util.Arrays.copyOf(good, at);
        case 1 -> java.util.Arrays.fill(bad, 4, bad.length, (byte) i);
        default -> random.nextBytes(bad);
      }
      write(bad);
      assertLost(failure(QUERY));
    }
    write(good);
    assertThat(sql.rows(QUERY)).hasSize(1);
  }

  @Test
  void damagedPagesBelowAGoodFooterAreLostData() throws Exception {
    byte[] bad = good.clone();
    java.util.Arrays.fill(bad, 100, good.length / 2, (byte) 0x5a);
    Files.delete(file);
    Files.write(file, bad);
    assertLost(failure(QUERY));
    assertLost(failure("SELECT max(text) FROM odd WHERE id > 3"));
  }

  @Test
  void errorsOfAStatementOverAnIntactFileStayTheStatements() {
    for (String wrong :
        new String[] {
          "SELECT CAST(text AS INT) FROM odd",
          "SELECT nope FROM odd",
          "SELECT 'corrupt Parquet'::INT FROM odd",
          "SELECT regexp_matches(text, '(') FROM odd"
        }) {
      assertThat(failure(wrong).code()).as(wrong).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }
  }
}
