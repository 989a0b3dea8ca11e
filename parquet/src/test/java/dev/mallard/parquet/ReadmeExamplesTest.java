package dev.mallard.parquet;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The README's examples: the code here is the code there. */
class ReadmeExamplesTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private static Field field(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  @Test
  void whatIsWrittenAsTheReadmeSaysIsReadAsItSays() throws IOException {
    Schema schema =
        new Schema(
            List.of(
                field("id", new ArrowType.Int(64, true)),
                field("place", ArrowType.Struct.INSTANCE, field("city", ArrowType.Utf8.INSTANCE))));
    Path path = folder.resolve("a.parquet");
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, memory.get())) {
      batch.allocateNew();
      batch.setRowCount(3);
      write(path, schema, batch, memory.get());
    }
    assertThat(read(path)).isEqualTo(3);
  }

  private static void write(
      Path path, Schema schema, VectorSchemaRoot batch, BufferAllocator allocator)
      throws IOException {
    DictionaryProvider dictionaries = new DictionaryProvider.MapDictionaryProvider();
    // example: write
    try (FileChannel out = FileChannel.open(path, CREATE_NEW, WRITE);
        ParquetWriter writer =
            new ParquetWriter(
                out, schema, WriterOptions.defaults().withZstdLevel(3), allocator, Runnable::run)) {
      writer.write(batch, dictionaries);
      writer.finish(Map.of());
    }
    // end
  }

  private static long read(Path path) throws IOException {
    long rows = 0;
    // example: read
    try (BufferAllocator allocator = new RootAllocator();
        ParquetFile file = ParquetFile.open(path);
        ParquetReader reader =
            file.read(ReadOptions.all().columns("id", "place.city").rowGroups(0), allocator)) {
      VectorSchemaRoot next;
      while ((next = reader.next()) != null) {
        try (VectorSchemaRoot batch = next) {
          rows += batch.getRowCount();
        }
      }
    }
    // end
    return rows;
  }

  @Test
  void theReadmesCodeIsTheCodeAbove() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    String source =
        Files.readString(Path.of("src/test/java/dev/mallard/parquet/ReadmeExamplesTest.java"));
    String[] examples = readme.split("```java\n");
    assertThat(examples).hasSize(3);
    for (int i = 1; i < examples.length; i++) {
      String code = examples[i].substring(0, examples[i].indexOf("```"));
      assertThat(source).contains(code.indent(4) + "    // end");
    }
  }
}
