package dev.mallard.arrow.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every {@link FileFormat}; run for each of them. */
public abstract class FileFormatContract {
  private static final Map<String, String> PROPERTIES =
      Map.of("mallard:version", "7", "mallard:name", "Zürich/🦆");

  @RegisterExtension protected final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir protected Path folder;

  protected abstract FileFormat format();

  /** Columns of every type that the format can carry. */
  protected Schema schema() {
    return SampleFields.everyType();
  }

  @Test
  protected void schemaRowsAndPropertiesComeBack() throws IOException {
    Stored stored = write("data", 100, 1, 50);

    FileFooter footer = footer(stored.path);
    assertThat(anyIds(footer.schema())).isEqualTo(anyIds(schema()));
    assertThat(footer.rows()).isEqualTo(151);
    assertThat(footer.properties()).isEqualTo(PROPERTIES);
    assertThat(read(stored.path, RowRange.ALL)).isEqualTo(stored.rows);
  }

  @Test
  protected void aDatasetWithoutBatchesIsStoredToo() throws IOException {
    Stored stored = write("data");

    FileFooter footer = footer(stored.path);
    assertThat(anyIds(footer.schema())).isEqualTo(anyIds(schema()));
    assertThat(footer.rows()).isZero();
    assertThat(footer.splitPoints()).containsExactly(0);
    assertThat(read(stored.path, RowRange.ALL)).isEmpty();
  }

  @Test
  protected void aDatasetWithoutColumnsKeepsItsSchema() throws IOException {
    Schema none = new Schema(List.of(), Map.of("k", "v"));
    Path path = folder.resolve("none");
    try (FileChannel file = create(path);
        BatchWriter writer = format().write(file, none, memory.get())) {
      writer.finish(Map.of());
    }

    assertThat(footer(path).schema()).isEqualTo(none);
    assertThat(footer(path).properties()).isEmpty();
  }

  @Test
  protected void rangesBetweenSplitPointsTogetherHaveAllRows() throws IOException {
    Stored stored = write("data", 40, 0, 60, 3);
    long[] splits = footer(stored.path).splitPoints();
    assertThat(splits).startsWith(0).endsWith(103).isSorted().doesNotHaveDuplicates();

    List<List<Object>> rows = new ArrayList<>();
    for (int i = 1; i < splits.length; i++) {
      List<List<Object>> part = read(stored.path, new RowRange(splits[i - 1], splits[i]));
      assertThat(part).hasSize((int) (splits[i] - splits[i - 1]));
      rows.addAll(part);
    }
    assertThat(rows).isEqualTo(stored.rows);
    long last = splits[splits.length - 2];
    assertThat(read(stored.path, new RowRange(last, Long.MAX_VALUE)))
        .isEqualTo(stored.rows.subList((int) last, 103));
    assertThat(read(stored.path, new RowRange(103, Long.MAX_VALUE))).isEmpty();
    assertThat(read(stored.path, new RowRange(0, 0))).isEmpty();
  }

  @Test
  protected void arrowBytesAreWhatIsRead() throws IOException {
    Stored stored = write("data", 100, 30);
    long known = footer(stored.path).arrowBytes();

    assertThat(stored.written.rows()).isEqualTo(130);
    assertThat(stored.written.arrowBytes()).isEqualTo(known);
    if (known >= 0) {
      assertThat(StreamRows.drain(open(stored.path, RowRange.ALL))).isEqualTo(known);
    }
  }

  @Test
  protected void concatenationHasTheRowsOfBothInOrder() throws IOException {
    Stored base = write("base", 20, 30);
    Stored addition = write("addition", 10, 0, 5);
    Path target = folder.resolve("target");
    WrittenFile written;
    try (FileChannel one = FileChannel.open(base.path, READ);
        FileChannel two = FileChannel.open(addition.path, READ);
        FileChannel out = create(target)) {
      written =
          format()
              .concatenate(
                  one,
                  format().readFooter(one),
                  two,
                  format().readFooter(two),
                  out,
                  Map.of("mallard:version", "8"),
                  memory.get());
    }

    List<List<Object>> expected = new ArrayList<>(base.rows);
    expected.addAll(addition.rows);
    assertThat(written.rows()).isEqualTo(65);
    assertThat(footer(target).rows()).isEqualTo(65);
    assertThat(footer(target).arrowBytes()).isEqualTo(written.arrowBytes());
    assertThat(footer(target).properties()).isEqualTo(Map.of("mallard:version", "8"));
    assertThat(read(target, RowRange.ALL)).isEqualTo(expected);
  }

  @Test
  protected void aWriterThatIsClosedEarlyLeavesNothingInMemory() throws IOException {
    try (FileChannel file = create(folder.resolve("data"));
        SampleBatch sample = SampleBatch.of(schema(), 10, 1, memory.get());
        BatchWriter writer = format().write(file, schema(), memory.get())) {
      StreamRows.write(writer, sample, null);
    }
  }

  @Test
  protected void aStreamThatIsClosedEarlyLeavesNothingInMemoryAndMayBeClosedAgain()
      throws IOException {
    Stored stored = write("data", 100, 100);
    BatchStream stream = open(stored.path, RowRange.ALL);
    try (IpcMessage message = stream.next()) {
      assertThat(message).isNotNull();
    }
    stream.close();
    stream.close();
  }

  @Test
  protected void aFileThatIsCutShortGivesAnErrorAndNothingWorse() throws IOException {
    byte[] whole = Files.readAllBytes(write("data", 30, 20).path);
    for (int length = 0; length < whole.length; length += 97) {
      Path cut = Files.write(folder.resolve("cut"), java.util.Arrays.copyOf(whole, length));
      assertThat(readsAll(cut)).as("cut to " + length).isFalse();
    }
  }

  @Test
  protected void flippedBitsGiveAnErrorOrOtherValuesAndNothingWorse() throws IOException {
    byte[] whole = Files.readAllBytes(write("data", 30, 20).path);
    for (int seed = 0; seed < 1000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
        // Half of them where the metadata is: in the last part of the file.
        int position =
            random.nextBoolean()
                ? random.nextInt(whole.length)
                : whole.length - 1 - random.nextInt(Math.min(whole.length, 4096));
        damaged[position] ^= (byte) (1 << random.nextInt(8));
      }
      readsAll(Files.write(folder.resolve("damaged"), damaged));
    }
  }

  /** Whether the file can be read; fails if that ends in any other way than it may. */
  private boolean readsAll(Path path) {
    try {
      StreamRows.drain(open(path, RowRange.ALL));
      return true;
    } catch (MallardException e) {
      assertThat(e.getMessage()).doesNotContain(folder.toString());
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** A file, and what was put into it. */
  /** Dictionary ids are handles: a format may number them anew. */
  private static String anyIds(Schema schema) {
    return schema.toString().replaceAll("dictionary: \\d+", "dictionary");
  }

  protected record Stored(Path path, List<List<Object>> rows, WrittenFile written) {}

  /** Writes batches of so many rows, each with dictionaries of its own. */
  protected Stored write(String name, int... batches) throws IOException {
    Path path = folder.resolve(name);
    List<List<Object>> rows = new ArrayList<>();
    try (FileChannel file = create(path);
        BatchWriter writer = format().write(file, schema(), memory.get())) {
      for (int i = 0; i < batches.length; i++) {
        long seed = name.hashCode() + i;
        try (SampleBatch sample = SampleBatch.of(schema(), batches[i], seed, memory.get())) {
          rows.addAll(sample.rows());
          StreamRows.write(writer, sample, null);
        }
      }
      return new Stored(path, rows, writer.finish(PROPERTIES));
    }
  }

  protected static FileChannel create(Path path) throws IOException {
    return FileChannel.open(path, CREATE, TRUNCATE_EXISTING, READ, WRITE);
  }

  protected FileFooter footer(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, READ)) {
      return format().readFooter(file);
    }
  }

  protected BatchStream open(Path path, RowRange rows) throws IOException {
    FileChannel file = FileChannel.open(path, READ);
    try {
      return format().read(file, format().readFooter(file), rows, memory.get());
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  protected List<List<Object>> read(Path path, RowRange rows) throws IOException {
    return StreamRows.rows(open(path, rows), memory.get());
  }
}
