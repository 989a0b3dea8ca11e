package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A format that the catalog has never heard of is served when it is among the formats. */
class NewFormatTest {
  @TempDir Path root;

  @Test
  void isPutListedReadAppendedAndFoundWithoutItsExtension() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new Tiny())) {
      fixture.put("t.tiny", 1, 2);
      fixture.upload("t", PutMode.APPEND, 3);
      fixture.write(root.resolve("sub/dropped.tn"), new Tiny(), 4);

      assertThat(fixture.names()).containsExactly("sub/dropped.tn", "t.tiny");
      assertThat(fixture.read("t")).containsExactly(1L, 2L, 3L);
      assertThat(fixture.read("sub/dropped")).containsExactly(4L);
      assertThat(root.resolve("t.tiny")).isRegularFile();
      assertThat(fixture.catalog.names().get("t.tiny")).hasToString("t");
    }
  }

  @Test
  void aFolderOfItsFilesIsOneDatasetIfItSaysSo() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new Tiny())) {
      fixture.write(root.resolve("whole/part-1.tiny"), new Tiny(), 1);
      fixture.write(root.resolve("whole/part-2.tiny"), new Tiny(), 2);
      fixture.write(root.resolve("plain/part-1.feather"), fixture.feather, 3);

      assertThat(fixture.names()).containsExactly("plain/part-1.feather", "whole");
      assertThat(fixture.read("whole")).containsExactly(1L, 2L);
    }
  }

  @Test
  void aNameLeavesRoomForTheExtensionOfItsFormat() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new Tiny())) {
      String longest = "x".repeat(250) + ".tiny";
      fixture.put(longest, 1);
      assertThat(fixture.read(longest)).containsExactly(1L);
      assertThatThrownBy(() -> fixture.put("y".repeat(250), 1))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("250 bytes (at most 247, for '.parquet' is added to it)");
    }
  }

  /** Feather by another name. */
  private static final class Tiny implements FileFormat {
    private final FileFormat feather = new FeatherFormat();

    @Override
    public String name() {
      return "tiny";
    }

    @Override
    public List<String> extensions() {
      return List.of(".tiny", ".tn");
    }

    @Override
    public boolean isCostlyToRead() {
      return false;
    }

    @Override
    public boolean makesFolders() {
      return true;
    }

    @Override
    public void checkStorable(Schema schema) {
      feather.checkStorable(schema);
    }

    @Override
    public FileFooter readFooter(FileChannel file) throws IOException {
      return feather.readFooter(file);
    }

    @Override
    public BatchStream read(
        FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
        throws IOException {
      return feather.read(file, footer, rows, allocator);
    }

    @Override
    public BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
        throws IOException {
      return feather.write(target, schema, allocator);
    }

    @Override
    public WrittenFile concatenate(
        FileChannel base,
        FileFooter baseFooter,
        FileChannel addition,
        FileFooter additionFooter,
        FileChannel target,
        Map<String, String> properties,
        BufferAllocator allocator)
        throws IOException {
      return feather.concatenate(
          base, baseFooter, addition, additionFooter, target, properties, allocator);
    }
  }
}
