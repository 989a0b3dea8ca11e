package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.parquet.ParquetFile;
import dev.mallard.parquet.ParquetReader;
import dev.mallard.parquet.ReadOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings without a dictionary: lengths apart from the bytes. */
class StringPagesTest {
  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 64, 129, 20_480, 20_481, 50_000})
  void stringsOfAnyLengthComeBackFromOurReaderAndFromDuckDb(int rows) throws Exception {
    for (int nulls : new int[] {0, 30, 100}) {
      String[] texts = texts(new SplittableRandom(rows + nulls), rows, nulls);
      Path file = write(texts);

      assertThat(read(file, 64)).containsExactly(texts);
      assertThat(read(file, 999)).containsExactly(texts);
      assertThat(fixture.query("SELECT s FROM read_parquet($)", file))
          .containsExactlyElementsOf(Arrays.stream(texts).map(String::valueOf).toList());
      boolean any = Arrays.stream(texts).anyMatch(Objects::nonNull);
      assertThat(chunk(file).getEncodings().contains(Encoding.DELTA_LENGTH_BYTE_ARRAY))
          .isEqualTo(any);
    }
  }

  @Test
  void leastAndGreatestAreThoseOfAllValues() throws Exception {
    String[] texts = texts(new SplittableRandom(3), 30_000, 10);
    List<byte[]> sorted =
        Arrays.stream(texts)
            .filter(Objects::nonNull)
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .sorted(Arrays::compareUnsigned)
            .toList();

    ColumnMetaData chunk = chunk(write(texts));

    assertThat(chunk.getStatistics().getMin_value()).isEqualTo(sorted.get(0));
    assertThat(chunk.getStatistics().getMax_value()).isEqualTo(sorted.get(sorted.size() - 1));
  }

  @Test
  void valuesThatDoNotLieTogetherAreGathered() throws Exception {
    // Nulls in Arrow may have bytes of their own, which are not stored.
    int rows = 1000;
    VarCharVector vector =
        WriterVectors.strings(fixture.allocator(), "s", rows, i -> "number " + i + "!");
    for (int i = 0; i < rows; i += 3) {
      BitVectorHelper.unsetBit(vector.getValidityBuffer(), i);
    }
    Path file = fixture.write(vector);
    String[] expected =
        IntStream.range(0, rows)
            .mapToObj(i -> i % 3 == 0 ? null : "number " + i + "!")
            .toArray(String[]::new);
    assertThat(read(file, 128)).containsExactly(expected);
  }

  private Path write(String[] texts) throws Exception {
    return fixture.write(
        WriterVectors.strings(fixture.allocator(), "s", texts.length, i -> texts[i]));
  }

  /** Mostly different, from empty to some hundred bytes, some beyond ASCII. */
  private static String[] texts(SplittableRandom random, int count, int percentNull) {
    String[] texts = new String[count];
    for (int i = 0; i < count; i++) {
      if (random.nextInt(100) < percentNull) {
        continue;
      }
      String text = Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(20) / 19 * 15);
      boolean whole = random.nextInt(8) != 0;
      texts[i] = whole ? text + "é" : text.substring(0, Math.min(text.length(), random.nextInt(9)));
    }
    return texts;
  }

  private static ColumnMetaData chunk(Path file) throws Exception {
    return WriterFixture.footer(file).getRow_groups().get(0).getColumns().get(0).getMeta_data();
  }

  private List<String> read(Path path, int batchRows) throws Exception {
    List<String> values = new ArrayList<>();
    try (ParquetFile file = ParquetFile.open(path);
        ParquetReader reader =
            file.read(ReadOptions.all().batchRows(batchRows), fixture.allocator())) {
      for (VectorSchemaRoot next = reader.next(); next != null; next = reader.next()) {
        try (VectorSchemaRoot batch = next) {
          for (int i = 0; i < batch.getRowCount(); i++) {
            Object value = batch.getVector(0).getObject(i);
            values.add(value == null ? null : value.toString());
          }
        }
      }
    }
    return values;
  }
}
