package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HivePartitionsTest {
  @TempDir Path root;

  private static List<Field> columns(CatalogFixture fixture, String name) {
    try (PinnedDataset pinned = fixture.catalog.pin(DatasetName.parse(name))) {
      return pinned.dataset().schema().getFields();
    }
  }

  @Test
  void wholeNumbersAreNumbersAndAllElseIsText() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.write(root.resolve("x/year=2025/day=01/a.parquet"), fixture.parquet, 1);
      fixture.write(
          root.resolve("x/year=__HIVE_DEFAULT_PARTITION__/day=x/a.parquet"), fixture.parquet, 2);

      List<Field> columns = columns(fixture, "x");
      assertThat(columns).extracting(Field::getName).containsExactly("n", "year", "day");
      assertThat(columns.get(1).getType()).isEqualTo(new ArrowType.Int(64, true));
      assertThat(columns.get(2).getType()).isEqualTo(ArrowType.Utf8.INSTANCE);
      assertThat(fixture.read("x")).containsExactly(1L, 2L);
    }
  }

  @Test
  void aColumnThatTheFilesHaveStaysTheirs() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.write(root.resolve("x/n=7/a.parquet"), fixture.parquet, 1);
      assertThat(columns(fixture, "x")).hasSize(1);
      assertThat(fixture.read("x")).containsExactly(1L);
    }
  }

  @Test
  void namesAndValuesAreReadAndWrittenAsOtherEnginesDo() {
    assertThat(HivePartitions.decode("a%20b+c%")).isEqualTo("a%20b+c%");
    assertThat(HivePartitions.decode("a%20b+c")).isEqualTo("a b+c");
    assertThat(HivePartitions.segment(Map.entry("k v", "a/b"))).isEqualTo("k%20v=a%2Fb");
  }

  /** Whatever the moment at which memory runs out, nothing stays allocated. */
  @Test
  void givesItsMemoryBackWhenThereIsNoMore() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      Path file = root.resolve("x/name=" + "v".repeat(100) + "/a.parquet");
      fixture.write(file, fixture.parquet, new long[1000]);
      boolean failed = false;
      for (long limit = 1 << 20; limit > 1 << 10; limit = limit * 4 / 5) {
        fixture.allocator.setLimit(limit);
        try {
          fixture.read("x");
        } catch (MallardException | OutOfMemoryException e) {
          failed = true;
        }
        assertThat(fixture.allocator.getAllocatedMemory()).isZero();
      }
      assertThat(failed).isTrue();
      fixture.allocator.setLimit(Long.MAX_VALUE);
      assertThat(fixture.read("x")).hasSize(1000);
    }
  }
}
