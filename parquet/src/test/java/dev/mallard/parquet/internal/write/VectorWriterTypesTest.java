package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.apache.parquet.format.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Compares with the file that pyarrow wrote of the same rows; make.py is beside the fixtures. */
class VectorWriterTypesTest {
  @RegisterExtension final WriterFixture fixture = new WriterFixture();

  private Schema schema = new Schema(List.of());

  @Test
  void everyTypeReadsInDuckDbAsWhatPyarrowWrote() throws Exception {
    Path ours = convert(WriterSettings.defaults());
    Path theirs = fixtureFile("table.parquet");

    for (Field field : schema.getFields()) {
      String column = "SELECT \"" + field.getName() + "\" FROM read_parquet($)";
      assertThat(fixture.query(column, ours))
          .as(field.toString())
          .isEqualTo(fixture.query(column, theirs));
      String type = "SELECT typeof(\"" + field.getName() + "\") FROM read_parquet($) LIMIT 1";
      assertThat(fixture.query(type, ours))
          .as(field.toString())
          .isEqualTo(fixture.query(type, theirs));
    }
  }

  @Test
  void rowsComeOutTheSameHoweverRowGroupsAndPagesAreCut() throws Exception {
    Path whole = convert(WriterSettings.defaults());
    String all = "SELECT * FROM read_parquet($)";
    List<String> expected = fixture.query(all, whole);

    WriterSettings[] cuts = {
      WriterSettings.defaults().withRowGroups(5, 1 << 20).withPages(2, 1 << 20),
      WriterSettings.defaults().withRowGroups(7, 1 << 20).withPages(100, 1),
      WriterSettings.defaults().withRowGroups(100, 1),
      WriterSettings.defaults().withZstdLevel(0)
    };
    for (WriterSettings cut : cuts) {
      assertThat(fixture.query(all, convert(cut))).as(cut.toString()).isEqualTo(expected);
    }
  }

  @Test
  void theExactArrowSchemaAndItsMetadataStandInTheFooter() throws Exception {
    Path file = convert(WriterSettings.defaults());

    Map<String, String> entries = new java.util.HashMap<>();
    for (KeyValue entry : WriterFixture.footer(file).getKey_value_metadata()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    assertThat(entries)
        .containsEntry("pandas", "{}")
        .containsEntry("ключ", "значение")
        .containsEntry("mallard:version", "7");
    byte[] message = Base64.getDecoder().decode(entries.get("ARROW:schema"));
    try (InputStream in = new java.io.ByteArrayInputStream(message)) {
      Schema stored = MessageSerializer.deserializeSchema(new ReadChannel(Channels.newChannel(in)));
      assertThat(stored).isEqualTo(schema);
    }
  }

  private Path convert(WriterSettings options) throws Exception {
    Path file = fixture.newFile();
    try (InputStream in = Files.newInputStream(fixtureFile("table.arrows"));
        ArrowStreamReader reader = new ArrowStreamReader(in, fixture.allocator());
        FileChannel out = WriterFixture.create(file)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      List<Field> fields = new ArrayList<>();
      for (Field field : root.getSchema().getFields()) {
        fields.add(DictionaryUtility.toMessageFormat(field, reader, new HashSet<>()));
      }
      schema = new Schema(fields, root.getSchema().getCustomMetadata());
      try (VectorWriter writer =
          new VectorWriter(out, schema, options, fixture.allocator(), fixture.executor())) {
        while (reader.loadNextBatch()) {
          writer.write(root, reader);
        }
        writer.finish(Map.of("mallard:version", "7"));
      }
    }
    return file;
  }

  private static Path fixtureFile(String name) throws Exception {
    return Path.of(VectorWriterTypesTest.class.getResource("/parquet-writer/" + name).toURI());
  }
}
