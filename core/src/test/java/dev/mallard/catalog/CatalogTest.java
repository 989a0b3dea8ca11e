package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.FileLook;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
  @TempDir Path root;

  private static DatasetName name(String name) {
    return DatasetName.parse(name);
  }

  @Test
  void aPinnedVersionIsReadAsItWasHoweverOftenItIsReplaced() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.put("t.feather", 1);
      BatchStream reading;
      try (PinnedDataset pinned = fixture.catalog.pin(name("t"))) {
        for (int i = 2; i < 6; i++) {
          fixture.put("t.feather", i);
        }
        reading = pinned.read(RowRange.ALL);
        assertThat(fixture.rows(pinned.read(RowRange.ALL))).containsExactly(1L);
      }
      // A stream keeps the version by itself.
      fixture.put("t.feather", 6);
      assertThat(fixture.rows(reading)).containsExactly(1L);
      assertThat(fixture.read("t")).containsExactly(6L);

      fixture.put("t.feather", 7);
      assertThat(fixture.catalog.versions(name("t"))).hasSize(2);
    }
  }

  @Test
  void aLeasedVersionStaysAfterThePinAndUntilItIsReleased() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.put("t.feather", 1);
      String version = fixture.version("t");
      try (PinnedDataset pinned = fixture.catalog.pin(name("t"))) {
        assertThat(pinned.lease(Caller.ANONYMOUS)).isAfter(Instant.now());
      }
      for (int i = 2; i < 5; i++) {
        fixture.put("t.feather", i);
      }
      assertThat(fixture.read("t", version)).containsExactly(1L);
      assertThat(fixture.catalog.release(name("t"), version, Caller.ANONYMOUS)).isTrue();
      assertThat(fixture.catalog.release(name("t"), version, Caller.ANONYMOUS)).isFalse();
      fixture.put("t.feather", 5);
      assertThatThrownBy(() -> fixture.read("t", version)).hasMessageContaining("is gone");
    }
  }

  @Test
  void anIdThatIsAPathIsNoVersion() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.put("t.feather", 1);
      for (String id : List.of("../../../t.feather", "..", "", "/", "a\0b", "nope")) {
        assertThatThrownBy(() -> fixture.read("t", id))
            .isInstanceOfSatisfying(
                MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThatThrownBy(() -> fixture.changes.restore(name("t"), id, Caller.ANONYMOUS))
            .hasMessageContaining("there is no version '" + id + "' of 't.feather'")
            .hasMessageContaining("mallard versions");
      }
    }
  }

  /** Whatever is wrong with a file: the others are listed, and it can be found out what it is. */
  @Test
  void whatCannotBeReadIsNeverTheOthersConcern() throws IOException {
    Path elsewhere = Files.createDirectories(root.resolve(".made"));
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.write(elsewhere.resolve("good"), fixture.parquet, 1, 2, 3);
      byte[] good = Files.readAllBytes(elsewhere.resolve("good"));
      Files.write(root.resolve("a_good.parquet"), good);
      Files.write(root.resolve("z_good.parquet"), good);
      byte[] encrypted = good.clone();
      System.arraycopy(
          "PARE".getBytes(StandardCharsets.US_ASCII), 0, encrypted, good.length - 4, 4);
      List<String> bad = new ArrayList<>();
      for (String folder : List.of("", "sub/")) {
        bad.add(file(folder + "cut.parquet", Arrays.copyOf(good, good.length / 2)));
        bad.add(file(folder + "empty.parquet", new byte[0]));
        bad.add(file(folder + "encrypted.parquet", encrypted));
        bad.add(file(folder + "feather.parquet", "ARROW1".getBytes(StandardCharsets.US_ASCII)));
        bad.add(file(folder + "text.feather", "hello".getBytes(StandardCharsets.US_ASCII)));
        bad.add(file(folder + "zeros.arrow", new byte[5000]));
        String secret = file(folder + "secret.parquet", good);
        Files.setPosixFilePermissions(
            root.resolve(secret), PosixFilePermissions.fromString("---------"));
        if (!Files.isReadable(root.resolve(secret))) {
          bad.add(secret);
        }
        Files.createDirectories(root.resolve(folder + "delta/_delta_log"));
        Files.write(root.resolve(folder + "delta/part-0.parquet"), good);
        bad.add(folder + "delta");
      }
      file("part/part-0.parquet", good);
      file("part/part-1.parquet", new byte[3]);
      bad.add("part");

      for (int times = 0; times < 2; times++) {
        assertThat(fixture.names()).contains("a_good.parquet", "z_good.parquet");
        assertThat(fixture.names()).doesNotContainAnyElementsOf(bad);
        assertThat(fixture.unreadable()).containsExactlyInAnyOrderElementsOf(bad);
      }
      for (String name : bad) {
        assertThatThrownBy(() -> fixture.read(name))
            .isInstanceOf(MallardException.class)
            .message()
            .as(name)
            .contains("'" + name)
            .doesNotContain(root.toString(), "Exception");
      }
      assertThat(fixture.catalog.names()).containsKeys("a_good.parquet", "z_good.parquet");
      assertThat(fixture.read("z_good")).containsExactly(1L, 2L, 3L);
    }
  }

  private String file(String name, byte[] content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    return name;
  }

  @Test
  void aDamagedVersionIsListedAndAGoodOneFoundAndRestored() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      for (String file : List.of("t.parquet", "t.feather")) {
        fixture.put(file, 1, 2);
        String good = fixture.version(file);
        fixture.put(file, 3);
        Path current = root.resolve(file);
        Files.write(current, Arrays.copyOf(Files.readAllBytes(current), 40));
        String bad = fixture.version(file);
        assertThatThrownBy(() -> fixture.read(file)).isInstanceOf(MallardException.class);

        List<VersionInfo> versions = fixture.catalog.versions(name(file));
        assertThat(versions).extracting(VersionInfo::version).containsExactly(bad, good);
        assertThat(versions).extracting(VersionInfo::current).containsExactly(true, false);
        assertThat(versions).extracting(VersionInfo::rows).containsExactly(-1L, 2L);
        assertThat(versions.get(0).fileBytes()).isEqualTo(40);
        assertThat(versions.get(0).modified())
            .isAfter(versions.get(1).modified())
            .isBefore(Instant.now().plusSeconds(1));

        assertThat(fixture.changes.restore(name(file), good, Caller.ANONYMOUS).rows()).isEqualTo(2);
        assertThat(fixture.read(file)).containsExactly(1L, 2L);
        assertThat(fixture.catalog.versions(name(file)))
            .extracting(VersionInfo::rows)
            .as("the damaged one is a kept one now")
            .containsExactly(2L, -1L);
      }
    }
  }

  @Test
  void anotherSystemsTableSaysWhatItIsAndIsNotWrittenTo() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      Files.createDirectories(root.resolve("d/_delta_log"));
      fixture.write(root.resolve("d/part-0.parquet"), fixture.parquet, 1);
      for (String name : List.of("d", "d/part-0", "d/part-0.parquet")) {
        assertThatThrownBy(() -> fixture.read(name))
            .hasMessageContaining("a Delta table")
            .hasMessageContaining("read it with an engine that knows Delta");
      }
      assertThatThrownBy(() -> fixture.put("d/new", 1)).isInstanceOf(MallardException.class);
      assertThatThrownBy(() -> fixture.put("d", 1)).isInstanceOf(MallardException.class);
      assertThat(root.resolve("d/new.parquet")).doesNotExist();
    }
  }

  @Test
  void aNameThatSomethingElseHasIsRefusedHoweverItIsWritten() throws IOException {
    List<String> tables = List.of("t", "s/u");
    OtherNames names = name -> tables.contains(name.toString().toLowerCase(Locale.ROOT));
    try (CatalogFixture fixture = new CatalogFixture(root, List.of(), names)) {
      for (String name : List.of("t", "T", "t.parquet", "T.feather", "/t", "s/u", "S/U.parquet")) {
        for (PutMode mode : PutMode.values()) {
          assertThatThrownBy(() -> fixture.upload(name, mode, 1))
              .isInstanceOfSatisfying(
                  MallardException.class,
                  e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS))
              .hasMessageContaining("SQL table or view")
              .hasMessageContaining("choose another name");
        }
      }
      fixture.put("u", 1);
      // What was there first can still be changed.
      fixture.write(root.resolve("t.parquet"), fixture.parquet, 1);
      fixture.upload("t", PutMode.APPEND, 2);
      assertThat(fixture.read("t")).containsExactly(1L, 2L);
    }
  }

  @Test
  void aNameThatIsTakenWhileItIsUploadedIsRefusedAtTheEnd() throws IOException {
    List<String> tables = new ArrayList<>();
    OtherNames names = name -> tables.contains(name.toString());
    try (CatalogFixture fixture = new CatalogFixture(root, List.of(), names)) {
      try (Upload upload =
          fixture.changes.put(
              List.of("t"), PutMode.REPLACE, CatalogFixture.SCHEMA, Caller.ANONYMOUS)) {
        tables.add("t");
        assertThatThrownBy(upload::commit).hasMessageContaining("SQL table or view 't'");
      }
      assertThat(fixture.catalog.exists(name("t"))).isFalse();
    }
  }

  @Test
  void aNameIsKeptFromTheLookWhetherItIsFreeUntilTheDatasetIsThere() throws IOException {
    List<String> seen = new ArrayList<>();
    CatalogFixture[] fixtures = new CatalogFixture[1];
    OtherNames names =
        new OtherNames() {
          @Override
          public boolean isTaken(DatasetName name) {
            return false;
          }

          @Override
          public Optional<Kept> keep(DatasetName name) {
            seen.add("kept " + name + " " + fixtures[0].catalog.exists(name));
            return name.toString().equals("busy")
                ? Optional.empty()
                : Optional.of(() -> seen.add("let go " + fixtures[0].catalog.exists(name)));
          }
        };
    try (CatalogFixture fixture = new CatalogFixture(root, List.of(), names)) {
      fixtures[0] = fixture;
      fixture.put("t", 1);
      fixture.put("t", 2);
      assertThat(seen).containsExactly("kept t false", "let go true");
      assertThatThrownBy(() -> fixture.put("busy.parquet", 1))
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.ALREADY_EXISTS));
    }
  }

  @Test
  void aMountsFilesMayComeAndGo() throws IOException {
    Path lake = root.resolve("lake");
    Path data = Files.createDirectories(root.resolve("data"));
    String pattern = lake.resolve("y*/[ab].parquet").toString();
    try (CatalogFixture fixture = CatalogFixture.mounting(data, "m", pattern)) {
      assertThat(fixture.names()).isEmpty();
      assertThat(fixture.unreadable()).containsExactly("m");
      assertThat(fixture.catalog.version(name("m"))).isEmpty();
      assertThatThrownBy(() -> fixture.read("m")).hasMessageContaining("tell the operator");
      assertThatThrownBy(() -> fixture.put("m", 1)).hasMessageContaining("outside the data folder");

      fixture.write(lake.resolve("y1/a.parquet"), fixture.parquet, 1);
      fixture.write(lake.resolve("y1/c.parquet"), fixture.parquet, 9);
      fixture.write(lake.resolve("y1/deep/a.parquet"), fixture.parquet, 9);
      fixture.write(lake.resolve("z/a.parquet"), fixture.parquet, 9);
      assertThat(fixture.read("m")).containsExactly(1L);
      String before = fixture.version("m");
      // Folders that look as if nothing had happened for long.
      for (Path folder : List.of(lake, lake.resolve("y1"))) {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
      }
      assertThat(fixture.read("m")).containsExactly(1L);
      fixture.write(lake.resolve("y1/b.parquet"), fixture.parquet, 2);
      assertThat(fixture.read("m")).containsExactly(1L, 2L);
      fixture.write(lake.resolve("y2/a.parquet"), fixture.parquet, 3);
      assertThat(fixture.read("m")).containsExactly(1L, 2L, 3L);
      assertThat(fixture.version("m")).isNotEqualTo(before);
      Files.delete(lake.resolve("y1/a.parquet"));
      assertThat(fixture.read("m")).containsExactly(2L, 3L);
      Files.createDirectories(lake.resolve("y2/_delta_log"));
      assertThatThrownBy(() -> fixture.read("m")).hasMessageContaining("Delta table");
    }
  }

  @Test
  void aDatasetThatSomebodyReplacesAllTheTimeIsAlwaysFound() throws Exception {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      Path coming = root.resolve(".coming");
      fixture.write(root.resolve("t.feather"), fixture.feather, 0);
      Thread writer =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 300; i++) {
                    fixture.write(coming, fixture.feather, i);
                    Files.move(
                        coming,
                        root.resolve("t.feather"),
                        java.nio.file.StandardCopyOption.ATOMIC_MOVE);
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      writer.start();
      try {
        while (writer.isAlive()) {
          try (PinnedDataset pinned = fixture.catalog.pin(name("t"))) {
            assertThat(pinned.dataset().rows()).isEqualTo(1);
          }
          assertThat(fixture.names()).contains("t.feather");
        }
      } finally {
        writer.join();
      }
    }
  }

  @Test
  void footersAreKeptByTheRoomTheyTake() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      FooterCache cache = new FooterCache(20_000);
      for (int i = 0; i < 100; i++) {
        Path file = root.resolve("f" + i + ".parquet");
        fixture.write(file, fixture.parquet, i);
        DataFile data =
            new DataFile(
                null,
                file.getFileName().toString(),
                dev.mallard.store.FileVersion.of(file),
                fixture.parquet);
        assertThat(cache.footer(data).rows()).isEqualTo(1);
        assertThat(cache.footer(data).heapBytes()).isGreaterThan(1000);
      }
      assertThat(cache.entries()).isBetween(1L, 20L);
    }
  }

  @Test
  void aListingLooksIntoAFileWhenItsTurnComes() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      fixture.write(root.resolve("a.parquet"), fixture.parquet, 1);
      fixture.write(root.resolve("b.parquet"), fixture.parquet, 1);
      Optional<Dataset> first = fixture.catalog.list(NamePattern.ALL).findFirst();
      assertThat(first).map(Dataset::file).contains("a.parquet");
      assertThat(fixture.catalog.count()).isEqualTo(2);
    }
  }

  @Test
  void aListingShowsEachChangeAtOnceThoughTheFilesTimeIsPutBack() throws IOException {
    try (CatalogFixture fixture = new CatalogFixture(root)) {
      Path file = root.resolve("a.feather");
      fixture.write(file, fixture.feather, 1, 2);
      fixture.write(root.resolve("b.feather"), fixture.feather, 1);
      Await.until("changes show", () -> FileLook.at(file).isSettled());
      assertThat(fixture.rows()).containsExactly(2L, 1L);
      Dataset first = fixture.catalog.list(NamePattern.ALL).findFirst().orElseThrow();
      assertThat(fixture.catalog.list(NamePattern.ALL).findFirst()).containsSame(first);

      FileTime before = Files.getLastModifiedTime(file);
      long length = Files.size(file);
      fixture.write(file, fixture.feather, 3, 4);
      Files.setLastModifiedTime(file, before);
      assertThat(Files.size(file)).isEqualTo(length);
      Dataset other = fixture.catalog.list(NamePattern.ALL).findFirst().orElseThrow();
      assertThat(other.version()).isNotEqualTo(first.version());

      fixture.put("a", 5, 6, 7);
      assertThat(fixture.rows()).containsExactly(3L, 1L);
      Files.delete(root.resolve("b.feather"));
      assertThat(fixture.rows()).containsExactly(3L);
    }
  }
}
