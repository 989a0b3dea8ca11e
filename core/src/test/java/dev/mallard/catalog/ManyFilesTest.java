package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody else's many files: each is looked into once, whatever is asked how often. */
class ManyFilesTest {
  private static final int SINGLE = 200;
  private static final int IN_A_FOLDER = 100;
  private static final int DAMAGED = 50;

  @TempDir Path root;

  private final TinyFormat format = new TinyFormat();

  private void fill(CatalogFixture fixture) throws IOException {
    Path made = root.resolve(".made");
    fixture.write(made, format, 1, 2, 3);
    byte[] good = Files.readAllBytes(made);
    Path folder = Files.createDirectories(root.resolve("whole"));
    for (int i = 0; i < SINGLE; i++) {
      Files.write(root.resolve("single-" + i + ".tiny"), good);
    }
    for (int i = 0; i < IN_A_FOLDER; i++) {
      Files.write(folder.resolve("part-" + i + ".tiny"), good);
    }
    for (int i = 0; i < DAMAGED; i++) {
      Files.write(root.resolve("cut-" + i + ".tiny"), Arrays.copyOf(good, good.length / 2));
    }
  }

  @Test
  void whatWasLookedIntoOnceIsNotLookedIntoAgainUnlessItChanges() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root, format)) {
      fill(fixture);
      assertThat(fixture.catalog.count()).isEqualTo(SINGLE + 1 + DAMAGED);
      assertThat(fixture.catalog.names()).hasSize(SINGLE + 1 + DAMAGED);
      assertThat(format.footersRead()).as("names need no footers").isZero();

      assertThat(fixture.names()).hasSize(SINGLE + 1);
      int all = SINGLE + IN_A_FOLDER + DAMAGED;
      assertThat(format.footersRead()).isEqualTo(all);

      for (int times = 0; times < 3; times++) {
        assertThat(fixture.names()).hasSize(SINGLE + 1);
        assertThat(fixture.unreadable()).hasSize(DAMAGED);
        assertThat(fixture.catalog.list(NamePattern.of("single-1*"))).isNotEmpty();
        assertThat(fixture.catalog.versions(DatasetName.parse("single-7"))).hasSize(1);
        try (PinnedDataset whole = fixture.catalog.pin(DatasetName.parse("whole"))) {
          assertThat(whole.dataset().rows()).isEqualTo(3 * IN_A_FOLDER);
        }
      }
      assertThat(format.footersRead()).isEqualTo(all);

      fixture.write(root.resolve("single-7.tiny"), format, 4);
      fixture.write(root.resolve("whole/part-7.tiny"), format, 4);
      assertThat(fixture.names()).hasSize(SINGLE + 1);
      assertThat(format.footersRead()).isEqualTo(all + 2);
    }
  }
}
