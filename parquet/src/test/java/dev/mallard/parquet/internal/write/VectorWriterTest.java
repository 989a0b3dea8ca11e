package dev.mallard.parquet.internal.write;

import static dev.mallard.parquet.internal.write.WriterFixture.NO_DICTIONARIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VectorWriterTest {
  private static final ArrowType INT64 = new ArrowType.Int(64, true);

  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  @Test
  void manySmallBatchesBecomeFewRowGroups() throws Exception {
    try (VectorSchemaRoot root = root(longs("id", 4096))) {
      Path file = fixture.write(WriterSettings.defaults(), root.getSchema(), root, 1024);

      FileMetaData footer = WriterFixture.footer(file);
      assertThat(footer.getRow_groups()).hasSize(35);
      assertThat(footer.getRow_groups().get(0).getNum_rows()).isEqualTo(122_880);
      assertThat(footer.getNum_rows()).isEqualTo(4_194_304);
      assertThat(footer.getCreated_by()).isEqualTo("mallard version 0.1.0");
      assertThat(fixture.query("SELECT count(*), sum(id), max(id) FROM read_parquet($)", file))
          .containsExactly("4194304|" + 1024L * 4095 * 2048 + "|4095");
    }
  }

  @Test
  void aLargeBatchIsSplitAndStaysInOrder() throws Exception {
    Path file = fixture.write(longs("id", 300_000));

    assertThat(WriterFixture.footer(file).getRow_groups())
        .extracting(RowGroup::getNum_rows)
        .containsExactly(122_880L, 122_880L, 54_240L);
    assertThat(
            fixture.query(
                "SELECT count(*) FROM read_parquet($, file_row_number = true)"
                    + " WHERE id <> file_row_number",
                file))
        .containsExactly("0");
  }

  @Test
  void rowGroupsEndEarlyAtTheirBytes() throws Exception {
    VarCharVector texts =
        WriterVectors.strings(fixture.allocator(), "s", 100, i -> ("" + i).repeat(1000));
    Path file = fixture.write(WriterSettings.defaults().withRowGroups(1000, 50_000), texts);

    assertThat(WriterFixture.footer(file).getRow_groups())
        .hasSizeGreaterThan(3)
        .allMatch(group -> group.getTotal_byte_size() < 60_000);
    assertThat(fixture.query("SELECT count(DISTINCT s) FROM read_parquet($)", file))
        .containsExactly("100");
  }

  @Test
  void uniqueSequentialNumbersAreStoredAsDifferencesAndRepeatedOnesInADictionary()
      throws Exception {
    Path file =
        fixture.write(
            longs("id", 50_000),
            WriterVectors.longs(fixture.allocator(), "low", 50_000, i -> i * 7919L % 100),
            WriterVectors.strings(fixture.allocator(), "s", 50_000, i -> "v" + i % 1000));

    assertThat(WriterFixture.footer(file).getRow_groups().get(0).getColumns())
        .extracting(chunk -> chunk.getMeta_data().getEncodings().contains(Encoding.RLE_DICTIONARY))
        .containsExactly(false, true, true);
    assertThat(
            fixture.query("SELECT sum(id), sum(low), count(DISTINCT s) FROM read_parquet($)", file))
        .containsExactly("1249975000|2475000|1000");
  }

  @Test
  void aDictionaryThatGrowsTooLargeIsGivenUp() throws Exception {
    VarCharVector texts =
        WriterVectors.strings(
            fixture.allocator(),
            "s",
            100_000,
            i -> i < 20_000 ? "few" + i % 5 : "a long and unique value, number " + i);
    Path file = fixture.write(texts);

    assertThat(
            WriterFixture.footer(file)
                .getRow_groups()
                .get(0)
                .getColumns()
                .get(0)
                .getMeta_data()
                .getEncodings())
        .contains(Encoding.RLE_DICTIONARY, Encoding.DELTA_LENGTH_BYTE_ARRAY);
    assertThat(fixture.query("SELECT count(DISTINCT s), min(s), max(s) FROM read_parquet($)", file))
        .containsExactly("80005|a long and unique value, number 20000|few4");
  }

  @Test
  void whatDoesNotShrinkIsNotCompressed() throws Exception {
    java.util.SplittableRandom random = new java.util.SplittableRandom(1);
    BigIntVector noise =
        WriterVectors.longs(fixture.allocator(), "x", 50_000, i -> random.nextLong());
    Path file = fixture.write(noise, longs("id", 50_000));

    assertThat(WriterFixture.footer(file).getRow_groups().get(0).getColumns())
        .extracting(chunk -> chunk.getMeta_data().getCodec())
        .containsExactly(CompressionCodec.UNCOMPRESSED, CompressionCodec.ZSTD);
    assertThat(fixture.query("SELECT count(DISTINCT x) FROM read_parquet($)", file))
        .containsExactly("50000");
  }

  @Test
  void anEmptyTableHasItsSchemaAndNoRowGroup() throws Exception {
    Path file = fixture.write(longs("id", 0));

    assertThat(WriterFixture.footer(file).getRow_groups()).isEmpty();
    assertThat(fixture.query("SELECT count(id) FROM read_parquet($)", file)).containsExactly("0");
  }

  @Test
  void rowsWithoutColumnsAreCounted() throws Exception {
    Path file = fixture.newFile();
    try (VectorSchemaRoot root = new VectorSchemaRoot(List.<FieldVector>of());
        FileChannel out = WriterFixture.create(file);
        VectorWriter writer = writer(out, root.getSchema())) {
      root.setRowCount(1000);
      writer.write(root, NO_DICTIONARIES);
      assertThat(writer.finish(Map.of())).isEqualTo(new WrittenParquet(1000, 1));
    }
    assertThat(WriterFixture.footer(file).getRow_groups().get(0).getNum_rows()).isEqualTo(1000);
  }

  @Test
  void thousandsOfColumnsAndOddNamesAreKept() throws Exception {
    List<FieldVector> vectors = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      vectors.add(longs("c" + i, 10));
    }
    vectors.add(longs("ключ", 10));
    vectors.add(longs("c7", 10));
    vectors.add(longs("", 10));
    Path file = fixture.write(vectors.toArray(FieldVector[]::new));

    FileMetaData footer = WriterFixture.footer(file);
    assertThat(footer.getSchema()).hasSize(2004);
    assertThat(footer.getSchema().get(2001).getName()).isEqualTo("ключ");
    assertThat(footer.getSchema().get(2003).getName()).isEmpty();
    assertThat(fixture.query("SELECT sum(c1999), sum(\"ключ\") FROM read_parquet($)", file))
        .containsExactly("45|45");
  }

  @Test
  void offsetsMayBeginAfterZero() throws Exception {
    ListVector lists = WriterVectors.lists(fixture.allocator(), "l", 3, -1, 0, 2, 1, 4);
    VarCharVector texts = WriterVectors.strings(fixture.allocator(), "s", 6, i -> "t" + i);
    // What a reader of sliced data gives: the same data buffers, offsets from the middle on.
    VarCharVector slice = new VarCharVector("s", fixture.allocator());
    int rows = 3;
    try (texts;
        var offsets = texts.getOffsetBuffer().slice(3 * 4, (rows + 1) * 4)) {
      offsets.getReferenceManager().retain();
      slice.loadFieldBuffers(
          new org.apache.arrow.vector.ipc.message.ArrowFieldNode(rows, 0),
          List.of(fixture.allocator().getEmpty(), offsets, texts.getDataBuffer()));
    }
    TransferPair pair = lists.getTransferPair(fixture.allocator());
    pair.splitAndTransfer(3, rows);
    lists.close();
    Path file = fixture.write((FieldVector) pair.getTo(), slice);

    assertThat(fixture.query("SELECT * FROM read_parquet($)", file))
        .containsExactly("[0, 1]|t3", "[0]|t4", "[0, 1, 2, 3]|t5");
  }

  @Test
  void aNullInARequiredColumnIsRefusedByName() throws Exception {
    FieldType required = FieldType.notNullable(new ArrowType.Int(32, true));
    Schema schema = new Schema(List.of(new Field("must", required, null)));
    Path file = fixture.newFile();
    try (VectorSchemaRoot root =
            root(WriterVectors.ints(fixture.allocator(), required, "must", 1, null));
        FileChannel out = WriterFixture.create(file);
        VectorWriter writer = writer(out, schema)) {
      writer.write(root, NO_DICTIONARIES);
      assertThatThrownBy(() -> writer.finish(Map.of()))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("column 'must' is not nullable");
    }
  }

  @Test
  void anErrorInTheBackgroundComesWithALaterWrite() throws Exception {
    FieldType required = FieldType.notNullable(new ArrowType.Int(32, true));
    Schema schema = new Schema(List.of(new Field("must", required, null)));
    try (VectorSchemaRoot root =
            root(WriterVectors.ints(fixture.allocator(), required, "must", 1, null));
        FileChannel out = WriterFixture.create(fixture.newFile());
        VectorWriter writer =
            new VectorWriter(
                out,
                schema,
                WriterSettings.defaults().withRowGroups(2, 1000),
                fixture.allocator(),
                fixture.executor())) {
      writer.write(root, NO_DICTIONARIES);
      assertThatThrownBy(() -> writer.write(root, NO_DICTIONARIES))
          .isInstanceOf(MallardException.class);
      assertThatThrownBy(() -> writer.write(root, NO_DICTIONARIES))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aBatchOfAnotherSchemaIsRefused() throws Exception {
    Schema schema = new Schema(List.of(Field.nullable("id", INT64)));
    try (VectorSchemaRoot texts =
            root(WriterVectors.strings(fixture.allocator(), "id", 2, i -> "x"));
        FileChannel out = WriterFixture.create(fixture.newFile());
        VectorWriter writer = writer(out, schema)) {
      assertThatThrownBy(() -> writer.write(texts, NO_DICTIONARIES))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("column 'id' has type Utf8");
    }
  }

  @Test
  void damagedOffsetsAreRefused() throws Exception {
    for (int offset : new int[] {-1, 1_000_000, Integer.MIN_VALUE}) {
      VarCharVector texts = WriterVectors.strings(fixture.allocator(), "s", 5, i -> "text");
      texts.getOffsetBuffer().setInt(8, offset);
      assertThatThrownBy(() -> fixture.write(texts)).isInstanceOf(MallardException.class);

      ListVector lists = WriterVectors.lists(fixture.allocator(), "l", 3, 2, 2, 1);
      lists.getOffsetBuffer().setInt(8, offset);
      assertThatThrownBy(() -> fixture.write(lists)).isInstanceOf(MallardException.class);
    }
  }

  @Test
  void anAbandonedWriterLetsGoOfEverything() throws Exception {
    try (VectorSchemaRoot root = root(longs("id", 100_000));
        FileChannel out = WriterFixture.create(fixture.newFile());
        VectorWriter writer = writer(out, root.getSchema())) {
      for (int i = 0; i < 5; i++) {
        writer.write(root, NO_DICTIONARIES);
      }
    }
  }

  @Test
  void anExecutorWithoutAThreadToSpareDoesNotStopTheWriter() throws Exception {
    List<java.util.concurrent.Executor> executors =
        List.of(
            Runnable::run,
            task -> {},
            task -> {
              throw new RejectedExecutionException();
            });
    for (java.util.concurrent.Executor executor : executors) {
      Path file = fixture.newFile();
      try (VectorSchemaRoot root = root(longs("id", 100_000), longs("id2", 100_000));
          FileChannel out = WriterFixture.create(file);
          VectorWriter writer =
              new VectorWriter(
                  out,
                  root.getSchema(),
                  WriterSettings.defaults(),
                  fixture.allocator(),
                  executor)) {
        for (int i = 0; i < 4; i++) {
          writer.write(root, NO_DICTIONARIES);
        }
        assertThat(writer.finish(Map.of())).isEqualTo(new WrittenParquet(400_000, 4));
      }
      assertThat(fixture.query("SELECT count(*) FROM read_parquet($)", file))
          .containsExactly("400000");
    }
  }

  @Test
  void aChannelThatFailsGivesAnIoException() throws Exception {
    try (VectorSchemaRoot root = root(longs("id", 10));
        FileChannel out = WriterFixture.create(fixture.newFile());
        VectorWriter writer = writer(out, root.getSchema())) {
      writer.write(root, NO_DICTIONARIES);
      out.close();
      assertThatThrownBy(() -> writer.finish(Map.of())).isInstanceOf(IOException.class);
    }
  }

  private BigIntVector longs(String name, int rows) {
    return WriterVectors.longs(fixture.allocator(), name, rows, i -> (long) i);
  }

  private static VectorSchemaRoot root(FieldVector... vectors) {
    return new VectorSchemaRoot(List.of(vectors));
  }

  private VectorWriter writer(FileChannel out, Schema schema) throws IOException {
    return new VectorWriter(
        out, schema, WriterSettings.defaults(), fixture.allocator(), fixture.executor());
  }
}
