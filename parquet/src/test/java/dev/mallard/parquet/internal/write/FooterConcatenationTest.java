package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FooterConcatenationTest {
  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  @Test
  void rowsOfBothFilesAreThereInOrder() throws Exception {
    Path base = table(0, 250_000);
    Path addition = table(250_000, 1000);
    Path target = concatenate(base, addition, Map.of("mallard:rows", "251000"));

    assertThat(
            fixture.query(
                "SELECT count(*), min(id), max(id), count(DISTINCT s) FROM read_parquet($)",
                target))
        .containsExactly("251000|0|250999|300");
    assertThat(
            fixture.query(
                "SELECT count(*) FROM read_parquet($, file_row_number = true)"
                    + " WHERE id <> file_row_number",
                target))
        .containsExactly("0");
    FileMetaData footer = WriterFixture.footer(target);
    assertThat(footer.getRow_groups()).hasSize(4);
    assertThat(footer.getKey_value_metadata())
        .extracting(KeyValue::getKey)
        .containsExactly("ARROW:schema", "mallard:rows");
  }

  @Test
  void aResultCanBeAppendedToAgain() throws Exception {
    Path twice = concatenate(table(0, 10), table(10, 10), Map.of("mallard:a", "1"));
    Path thrice = concatenate(twice, table(20, 5), Map.of("mallard:b", "2"));

    assertThat(fixture.query("SELECT id FROM read_parquet($)", thrice))
        .hasSize(25)
        .first()
        .isEqualTo("0");
    assertThat(WriterFixture.footer(thrice).getKey_value_metadata())
        .extracting(KeyValue::getKey)
        .containsExactly("ARROW:schema", "mallard:b");
  }

  @Test
  void emptyFilesAreNoTrouble() throws Exception {
    assertThat(
            fixture.query(
                "SELECT count(*) FROM read_parquet($)",
                concatenate(table(0, 0), table(0, 7), Map.of())))
        .containsExactly("7");
    assertThat(
            fixture.query(
                "SELECT count(*) FROM read_parquet($)",
                concatenate(table(0, 7), table(0, 0), Map.of())))
        .containsExactly("7");
  }

  @Test
  void filesOfDifferentSchemasAreRefused() throws Exception {
    Path base = table(0, 5);
    Path other = fixture.write(WriterVectors.longs(fixture.allocator(), "other", 5, i -> (long) i));
    assertThat(
            FooterConcatenation.canConcatenate(
                WriterFixture.footer(base), WriterFixture.footer(other)))
        .isFalse();
    assertThatThrownBy(() -> concatenate(base, other, Map.of()))
        .isInstanceOf(MallardException.class);
  }

  @Test
  void aFooterThatPointsOutsideItsFileIsRefused() throws Exception {
    Path base = table(0, 5);
    FileMetaData damaged = WriterFixture.footer(base);
    damaged
        .getRow_groups()
        .get(0)
        .getColumns()
        .get(0)
        .getMeta_data()
        .setTotal_compressed_size(Long.MAX_VALUE);
    try (FileChannel in = FileChannel.open(base, StandardOpenOption.READ);
        FileChannel out = WriterFixture.create(fixture.newFile())) {
      assertThatThrownBy(
              () ->
                  FooterConcatenation.concatenate(
                      in, WriterFixture.footer(base), in, damaged, out, Map.of()))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("outside");
    }
  }

  private Path table(int first, int rows) throws Exception {
    return fixture.write(
        WriterVectors.longs(fixture.allocator(), "id", rows, i -> (long) first + i),
        WriterVectors.strings(fixture.allocator(), "s", rows, i -> "text " + i % 300));
  }

  private Path concatenate(Path base, Path addition, Map<String, String> properties)
      throws Exception {
    Path target = fixture.newFile();
    try (FileChannel first = FileChannel.open(base, StandardOpenOption.READ);
        FileChannel second = FileChannel.open(addition, StandardOpenOption.READ);
        FileChannel out = WriterFixture.create(target)) {
      FooterConcatenation.concatenate(
          first,
          WriterFixture.footer(base),
          second,
          WriterFixture.footer(addition),
          out,
          properties);
    }
    return target;
  }
}
