package dev.mallard.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.read.ParquetFixture;
import dev.mallard.parquet.internal.read.ParquetFooter;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ParquetFormatTest {
  private static final int ROWS = 300;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final ParquetFormat format =
      new ParquetFormat(WriterOptions.defaults().withRowGroups(128, 1 << 20), Runnable::run);

  /** Every sample field that Parquet can hold. */
  private Schema storable() {
    List<Field> fields = new ArrayList<>();
    for (Field field : SampleFields.everyType().getFields()) {
      if (field.getType().equals(new ArrowType.Date(DateUnit.MILLISECOND))
          || field.getType().equals(new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO))) {
        // The samples' values are not whole days or milliseconds; see the fixture "times".
        continue;
      }
      try {
        format.checkStorable(new Schema(List.of(field)));
        fields.add(field);
      } catch (MallardException e) {
        assertThat(e).hasMessageContaining(field.getName());
      }
    }
    assertThat(fields).hasSizeGreaterThan(45);
    return new Schema(fields, Map.of("made by", "us"));
  }

  @Test
  void everyStorableTypeComesBackExactly() throws IOException {
    for (Field field : storable().getFields()) {
      Schema schema = new Schema(List.of(field), Map.of("made by", "us"));
      Path path = folder.resolve(field.getName() + ".parquet");
      List<List<Object>> rows = write(path, schema, ROWS, 1);
      try (FileChannel file = FileChannel.open(path)) {
        FileFooter footer = format.readFooter(file);
        assertThat(anyIds(footer.schema())).isEqualTo(anyIds(schema));
        assertThat(read(path)).as(field.getName()).isEqualTo(rows);
      }
    }
  }

  private static String anyIds(Schema schema) {
    return schema.toString().replaceAll("dictionary: \\d+", "dictionary");
  }

  @Test
  void propertiesComeBackAndStayOutOfTheSchema() throws IOException {
    Path path = folder.resolve("a.parquet");
    write(path, new Schema(List.of(SampleFields.flat().get(0)), Map.of("own", "x")), 10, 1);
    try (FileChannel file = FileChannel.open(path)) {
      FileFooter footer = format.readFooter(file);
      assertThat(footer.properties()).containsEntry("mallard:name", "n");
      assertThat(footer.schema().getCustomMetadata()).isEqualTo(Map.of("own", "x"));
    }
  }

  @Test
  void aPartOfTheRowsIsReadFromASplitPoint() throws IOException {
    Path path = folder.resolve("a.parquet");
    List<List<Object>> rows = write(path, storable(), ROWS, 1);
    long[] splits;
    try (FileChannel file = FileChannel.open(path)) {
      splits = format.readFooter(file).splitPoints();
    }
    assertThat(splits).hasSizeGreaterThan(2);
    List<List<Object>> parts = new ArrayList<>();
    for (int i = 0; i + 1 < splits.length; i++) {
      parts.addAll(read(path, new RowRange(splits[i], splits[i + 1])));
    }
    assertThat(parts).isEqualTo(rows);
  }

  @Test
  void appendingPutsRowsBehindRows() throws IOException {
    Path base = folder.resolve("base.parquet");
    Path addition = folder.resolve("addition.parquet");
    List<List<Object>> rows = new ArrayList<>(write(base, storable(), 200, 1));
    rows.addAll(write(addition, storable(), 50, 2));
    Path target = folder.resolve("both.parquet");
    concatenate(base, addition, target);
    assertThat(read(target)).isEqualTo(rows);
  }

  @Test
  void appendingToAFileOfAnotherWriterWritesItAnew() throws IOException {
    Path base = ParquetFixture.copyTo(folder, "bytes_v1");
    Schema schema;
    try (FileChannel file = FileChannel.open(base)) {
      schema = format.readFooter(file).schema();
    }
    List<List<Object>> rows = new ArrayList<>(read(base));
    Path addition = folder.resolve("addition.parquet");
    rows.addAll(write(addition, schema, 20, 2));
    Path target = folder.resolve("both.parquet");
    concatenate(base, addition, target);
    assertThat(read(target)).isEqualTo(rows);
  }

  @Test
  void appendingAnotherSchemaIsRefused() throws IOException {
    Path base = folder.resolve("base.parquet");
    Path addition = folder.resolve("addition.parquet");
    write(base, new Schema(List.of(SampleFields.flat().get(0))), 10, 1);
    write(addition, new Schema(List.of(SampleFields.flat().get(1))), 10, 1);
    assertThatThrownBy(() -> concatenate(base, addition, folder.resolve("both.parquet")))
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("cannot append: ");
  }

  @Test
  void aBatchIsAboutAMebibyte() throws IOException {
    Path wide = folder.resolve("wide.parquet");
    write(wide, storable(), ROWS, 1);
    Path narrow = folder.resolve("narrow.parquet");
    write(narrow, new Schema(List.of(SampleFields.flat().get(0))), ROWS, 1);
    assertThat(batchRows(wide)).isBetween(64, 4096).matches(rows -> rows % 64 == 0);
    assertThat(batchRows(narrow)).isEqualTo(65_536);
  }

  private int batchRows(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      ParquetFooter footer = ParquetFooter.read(file);
      return footer.batchRows(footer.all());
    }
  }

  @Test
  void whatDuckDbWroteIsRead() throws IOException, SQLException {
    Path path = folder.resolve("duck.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "COPY (SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL ELSE 'v' || i END AS name,"
              + " [i, NULL, i + 1] AS list, {'a': i, 'b': 'x'} AS struct,"
              + " MAP {'k': i} AS map, (i / 7)::DECIMAL(9, 3) AS price,"
              + " TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS at, i % 2 = 0 AS even,"
              + " i::HUGEINT AS huge, INTERVAL (i) DAY AS age, uuid() AS u"
              + " FROM range(5000) t(i)) TO '"
              + path
              + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
    }
    List<List<Object>> rows = read(path);
    assertThat(rows).hasSize(5000);
    assertThat(rows.get(3).get(1)).isNull();
    assertThat(rows.get(4999).get(1)).isEqualTo("v4999");
    assertThat(rows.get(4).get(2).toString())
        .isEqualTo("[0000000000000004, null, 0000000000000005]");
    assertThat(rows.get(5).get(3).toString()).isEqualTo("{a=0000000000000005, b=x}");
    assertThat(rows.get(6).get(4).toString()).isEqualTo("[{key=k, value=0000000000000006}]");
    assertThat(rows.get(8).get(7)).isEqualTo(true);
  }

  /** Writes a sample and returns its rows. */
  private List<List<Object>> write(Path path, Schema schema, int rows, long seed)
      throws IOException {
    try (FileChannel file = create(path);
        SampleBatch sample = SampleBatch.of(schema, rows, seed, memory.get());
        BatchWriter writer = format.write(file, schema, memory.get())) {
      for (IpcMessage message : RecordedStream.messages(sample)) {
        writer.write(message);
      }
      assertThat(writer.finish(Map.of("mallard:name", "n")).rows()).isEqualTo(rows);
      return sample.rows();
    }
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private void concatenate(Path base, Path addition, Path target) throws IOException {
    try (FileChannel first = FileChannel.open(base);
        FileChannel second = FileChannel.open(addition);
        FileChannel both = create(target)) {
      format.concatenate(
          first,
          format.readFooter(first),
          second,
          format.readFooter(second),
          both,
          Map.of(),
          memory.get());
    }
  }

  private List<List<Object>> read(Path path) throws IOException {
    return read(path, RowRange.ALL);
  }

  private List<List<Object>> read(Path path, RowRange rows) throws IOException {
    FileChannel file = FileChannel.open(path);
    FileFooter footer = format.readFooter(file);
    return RecordedStream.rows(format.read(file, footer, rows, memory.get()), memory.get());
  }
}
