package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A format that the catalog has never heard of is served when it is among the formats. */
class NewFormatTest {
  @TempDir Path root;

  @Test
  void isPutListedReadAppendedAndFoundWithoutItsExtension() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new TinyFormat())) {
      fixture.put("t.tiny", 1, 2);
      fixture.upload("t", PutMode.APPEND, 3);
      fixture.write(root.resolve("sub/dropped.tn"), new TinyFormat(), 4);

      assertThat(fixture.names()).containsExactly("sub/dropped.tn", "t.tiny");
      assertThat(fixture.read("t")).containsExactly(1L, 2L, 3L);
      assertThat(fixture.read("sub/dropped")).containsExactly(4L);
      assertThat(root.resolve("t.tiny")).isRegularFile();
      assertThat(fixture.catalog.names().get("t.tiny")).hasToString("t");
    }
  }

  @Test
  void aFolderOfItsFilesIsOneDatasetIfItSaysSo() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new TinyFormat())) {
      fixture.write(root.resolve("whole/part-1.tiny"), new TinyFormat(), 1);
      fixture.write(root.resolve("whole/part-2.tiny"), new TinyFormat(), 2);
      fixture.write(root.resolve("plain/part-1.feather"), fixture.feather, 3);

      assertThat(fixture.names()).containsExactly("plain/part-1.feather", "whole");
      assertThat(fixture.read("whole")).containsExactly(1L, 2L);
    }
  }

  @Test
  void aNameLeavesRoomForTheExtensionOfItsFormat() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, new TinyFormat())) {
      String longest = "x".repeat(250) + ".tiny";
      fixture.put(longest, 1);
      assertThat(fixture.read(longest)).containsExactly(1L);
      assertThatThrownBy(() -> fixture.put("y".repeat(250), 1))
          .isInstanceOf(MallardException.class)
          .hasMessageContaining("250 bytes (at most 247, for '.parquet' is added to it)");
    }
  }
}
