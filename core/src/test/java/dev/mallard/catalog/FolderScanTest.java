package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderScanTest {
  @TempDir Path root;

  private FolderScan scan;

  @BeforeEach
  void open() {
    Formats formats =
        new Formats(
            List.of(
                new ParquetFormat(WriterOptions.defaults(), Runnable::run), new FeatherFormat()));
    scan = new FolderScan(root, formats);
  }

  private void files(String... names) throws IOException {
    for (String name : names) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private List<String> found() throws IOException {
    return scan.all().stream().map(FolderScanTest::line).toList();
  }

  private static String line(Source source) {
    if (source instanceof Source.Fixed folder) {
      return folder.name() + folder.members().stream().map(Source.Member::file).toList();
    }
    return source instanceof Source.Unusable ? source.name() + "!" : source.name();
  }

  @Test
  void filesOfKnownFormatsAreDatasetsWhateverTheFolder() throws IOException {
    files("b.feather", "a.PARQUET", "deep/er/c.arrow", "notes.txt", ".hidden.parquet", "no");
    assertThat(found()).containsExactly("a.PARQUET", "b.feather", "deep/er/c.arrow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x.parquet", "x/_SUCCESS", "x/_metadata", "x/part-0.parquet", "x/k=1"})
  void whatOtherProgramsWriteAsAFolderIsOneDataset(String sign) throws IOException {
    String folder = sign.split("/")[0];
    if (sign.contains("part-") || sign.contains("_")) {
      files(sign);
    }
    files(sign.endsWith("k=1") ? "x/k=1/a.parquet" : folder + "/a.parquet");
    assertThat(found()).singleElement().asString().startsWith(folder + "[").contains("a.parquet");
  }

  @Test
  void aFolderWithoutSuchASignIsALevelOfNames() throws IOException {
    files("x/a.parquet", "x/b.parquet", "y.feather/c.feather");
    assertThat(found()).containsExactly("x/a.parquet", "x/b.parquet", "y.feather/c.feather");
  }

  @Test
  void foldersNamesGiveValuesToTheFilesBelow() throws IOException {
    files("x/year=2025/m=1/a.parquet", "x/year=20%3A6/b.parquet", "x/year=2026/_c.parquet");
    Source.Fixed whole = (Source.Fixed) scan.all().get(0);
    assertThat(whole.members())
        .extracting(Source.Member::partition)
        .containsExactly(Map.of("year", "20:6"), Map.of("year", "2025", "m", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t/_delta_log/00000000000000000000.json",
        "t/.hoodie/hoodie.properties",
        "t/metadata/v1.metadata.json",
        "t/metadata/00001-abc.metadata.json",
        "t/metadata/version-hint.text"
      })
  void anotherSystemsTableIsNeitherADatasetNorAFolderOfThem(String sign) throws IOException {
    files(sign, "t/a.parquet", "t/data/b.parquet", "t/k=1/c.parquet", "ok.parquet");
    assertThat(found()).containsExactly("ok.parquet", "t!");
    for (String file : List.of("t/a.parquet", "t/data/b.parquet", "t/k=1/c.parquet")) {
      assertThat(scan.at(root.resolve(file)).map(FolderScanTest::line)).contains(file + "!");
    }
  }

  @Test
  void aTableBelowAFolderOfFilesSpoilsTheWholeFolder() throws IOException {
    files("x/k=1/a.parquet", "x/k=2/_delta_log/0.json", "x/k=2/b.parquet");
    assertThat(found()).containsExactly("x!");
  }

  @Test
  void nothingInATablesFolderIsADatasetIfItIsTheRoot() throws IOException {
    files("_delta_log/0.json", "a.parquet");
    assertThat(found()).isEmpty();
  }

  @Test
  void aFolderNamedMetadataIsAnOrdinaryOne() throws IOException {
    files("metadata/a.parquet", "metadata/notes.json");
    assertThat(found()).containsExactly("metadata/a.parquet");
  }

  @Test
  void linksAreFollowedToFilesInsideAlone() throws IOException {
    files("a.parquet");
    Files.createSymbolicLink(root.resolve("in.parquet"), Path.of("a.parquet"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("."));
    Files.createSymbolicLink(root.resolve("gone.parquet"), Path.of("nothing.parquet"));
    assertThat(found()).containsExactly("a.parquet", "in.parquet");
  }

  @Test
  void namesAreInOrderAcrossFoldersWhateverTheirNamesBeginWith() throws IOException {
    files("a.feather/x.parquet", "a.feather/b.feather/y.feather", "a.feather-1.parquet");
    files("a.feather/z.feather", "a/c.parquet", "a-b.parquet", "a.parquet", "b.arrow/d.arrow");
    assertThat(found())
        .containsExactly(
            "a-b.parquet",
            "a.feather-1.parquet",
            "a.feather/b.feather/y.feather",
            "a.feather/x.parquet",
            "a.feather/z.feather",
            "a.parquet",
            "a/c.parquet",
            "b.arrow/d.arrow")
        .isSorted();
  }

  @Test
  void aFileIsLookedAtWhenItsTurnComes() throws IOException {
    files("a.parquet", "b.feather");
    List<FolderScan.Found> found = scan.found();
    Files.delete(root.resolve("a.parquet"));
    assertThat(found).extracting(FolderScan.Found::name).containsExactly("a.parquet", "b.feather");
    assertThat(found.get(0).look().get()).isEmpty();
    assertThat(found.get(1).look().get()).extracting(Source::name).containsExactly("b.feather");
  }

  @Test
  void whatIsAskedForByNameIsWhatAListingShows() throws IOException {
    files("a.parquet", "x/part-0.parquet", "plain/b.feather", "notes.txt");
    for (Source source : scan.all()) {
      assertThat(scan.at(root.resolve(source.name()))).contains(source);
    }
    assertThat(scan.at(root.resolve("plain"))).isEmpty();
    assertThat(scan.at(root.resolve("notes.txt"))).isEmpty();
    assertThat(scan.at(root.resolve("nothing.parquet"))).isEmpty();
  }
}
