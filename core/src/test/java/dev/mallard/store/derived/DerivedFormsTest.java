package dev.mallard.store.derived;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.StreamRows;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import dev.mallard.testing.Await;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DerivedFormsTest {
  private static final long PLENTY = 1L << 30;
  private static final int BATCHES = 20;

  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private DerivedForms forms;
  private SampleSource source;

  @BeforeEach
  void open() throws IOException {
    forms = new DerivedForms(folder, new DiskBudget(PLENTY), memory.get());
    source = new SampleSource(BATCHES, memory.get());
  }

  @AfterEach
  void close() {
    forms.close();
    threads.shutdownNow();
    assertThat(source.openStreams).hasValue(0);
  }

  private BatchStream read(RowRange rows) throws IOException {
    return forms.open("key", -1, source, rows);
  }

  private List<List<Object>> readRows(RowRange rows) throws IOException {
    return StreamRows.rows(read(rows), memory.get());
  }

  /** The conversion ends a moment after its readers have all rows. */
  private void awaitConversions() {
    Await.until("no conversion runs", () -> forms.stats().running() == 0);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void theSecondReadIsServedFromTheFormThatTheFirstHasMade() throws IOException {
    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());
    awaitConversions();
    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());

    assertThat(source.conversions).hasValue(1);
    assertThat(source.directReads).hasValue(0);
    DerivedForms.Stats stats = forms.stats();
    assertThat(stats.hits()).isEqualTo(1);
    assertThat(stats.joins()).isEqualTo(1);
    assertThat(stats.forms()).isEqualTo(1);
    assertThat(stats.bytes()).isEqualTo(Files.size(files().get(0)));
  }

  @Test
  void aFinishedFormKnowsTheExactBytes() throws IOException {
    assertThat(forms.arrowBytes("key")).isEmpty();
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();

    long sent = StreamRows.drain(read(RowRange.ALL));
    assertThat(forms.arrowBytes("key")).hasValue(sent);
  }

  @Test
  void aFormSurvivesARestartAndLeftoversDoNot() throws IOException {
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    forms.close();
    Path form = files().get(0);
    String name = form.getFileName().toString();
    Files.writeString(folder.resolve(name.replace(".arrow", ".3.part")), "unfinished");
    Files.writeString(folder.resolve("README"), "not ours");

    forms = new DerivedForms(folder, new DiskBudget(PLENTY), memory.get());
    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());
    assertThat(forms.stats().hits()).isEqualTo(1);
    assertThat(source.conversions).hasValue(1);
    assertThat(files()).containsExactlyInAnyOrder(form, folder.resolve("README"));
  }

  @Test
  void aFormOfAnotherKeyOrWithoutItsEndIsMadeAgain() throws IOException {
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    forms.close();
    Path form = files().get(0);
    try (FileChannel file = FileChannel.open(form, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 100);
    }
    forms = new DerivedForms(folder, new DiskBudget(PLENTY), memory.get());
    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());
    awaitConversions();
    assertThat(source.conversions).hasValue(2);

    forms.close();
    Files.copy(form, folder.resolve(new FormFiles(".arrow").name("other")));
    forms = new DerivedForms(folder, new DiskBudget(PLENTY), memory.get());
    SampleSource other = new SampleSource(1, memory.get());
    assertThat(StreamRows.rows(forms.open("other", -1, other, RowRange.ALL), memory.get()))
        .isEqualTo(other.rows());
    awaitConversions();
    assertThat(other.conversions).hasValue(1);
  }

  @Test
  void aFormThatIsDamagedInTheMiddleIsLeftForTheSourceAtTheSameRow() throws IOException {
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    try (FileChannel file = FileChannel.open(files().get(0), StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.allocate((int) file.size() / 4), file.size() / 2);
    }

    assertThat(countRows(read(RowRange.ALL))).isEqualTo(BATCHES * SampleSource.BATCH_ROWS);
    assertThat(source.directReads).hasValue(1);
    assertThat(forms.stats().forms()).isZero();
  }

  private static long countRows(BatchStream stream) throws IOException {
    long rows = 0;
    try (stream) {
      for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
        try (IpcMessage message = next) {
          rows += message.rows();
        }
      }
    }
    return rows;
  }

  @Test
  void rangesAreServedFromTheFormOrDirectlyAndNeverBeginAConversion() throws IOException {
    RowRange part = new RowRange(800, 1600);
    assertThat(readRows(part)).isEqualTo(source.rows(8, 16));
    assertThat(source.directReads).hasValue(1);
    assertThat(source.conversions).hasValue(0);

    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    assertThat(readRows(part)).isEqualTo(source.rows(8, 16));
    assertThat(readRows(new RowRange(1600, Long.MAX_VALUE))).isEqualTo(source.rows(16, BATCHES));
    // Batches of the form are finer than the source's split points.
    assertThat(readRows(new RowRange(700, 900))).isEqualTo(source.rows(7, 9));
    assertThat(source.directReads).hasValue(1);
  }

  @Test
  void rangesFollowARunningConversionThatIsNear() throws Exception {
    source.permits.drainPermits();
    source.permits.release(6);
    Future<List<List<Object>>> whole = threads.submit(() -> readRows(RowRange.ALL));
    awaitDecoded();
    Future<List<List<Object>>> near = threads.submit(() -> readRows(new RowRange(800, 1600)));
    Await.until("the second reader has joined", () -> forms.stats().joins() >= 2);
    assertThat(readRows(new RowRange(1600, 2000))).isEqualTo(source.rows(16, 20));
    assertThat(source.directReads).hasValue(1);

    source.permits.release(1000);
    assertThat(near.get()).isEqualTo(source.rows(8, 16));
    assertThat(whole.get()).isEqualTo(source.rows());
    assertThat(source.conversions).hasValue(1);
    assertThat(source.directReads).hasValue(1);
  }

  /** Waits until the conversion waits for its next permit. */
  private void awaitDecoded() {
    Await.until("the conversion waits", source.permits::hasQueuedThreads);
  }

  @Test
  void eightReadersOfDifferentSpeedShareOneDecode() throws Exception {
    source.permits.drainPermits();
    List<Future<List<List<Object>>>> readers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      int pauseEvery = i + 1;
      BatchStream stream = read(RowRange.ALL);
      readers.add(threads.submit(slowly(stream, pauseEvery)));
    }
    for (int i = 0; i < BATCHES + 1; i++) {
      source.permits.release();
    }
    for (Future<List<List<Object>>> reader : readers) {
      assertThat(reader.get()).isEqualTo(source.rows());
    }
    assertThat(source.conversions).hasValue(1);
    assertThat(source.directReads).hasValue(0);
  }

  private Callable<List<List<Object>>> slowly(BatchStream stream, int pauseEvery) {
    return () ->
        StreamRows.rows(
            new BatchStream() {
              private int count;

              @Override
              public org.apache.arrow.vector.types.pojo.Schema schema() {
                return stream.schema();
              }

              @Override
              public @Nullable IpcMessage next() throws IOException {
                if (++count % pauseEvery == 0) {
                  Await.moment(pauseEvery * 500_000L);
                }
                return stream.next();
              }

              @Override
              public void close() {
                stream.close();
              }
            },
            memory.get());
  }

  @Test
  void closingFromAnotherThreadWakesAReaderThatWaits() throws Exception {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    BatchStream other = read(RowRange.ALL);
    Future<IpcMessage> waiting = threads.submit(stream::next);
    awaitDecoded();
    stream.close();

    assertThatThrownBy(waiting::get).rootCause().hasMessageContaining("cancelled");
    source.permits.release(1000);
    assertThat(StreamRows.rows(other, memory.get())).isEqualTo(source.rows());
  }

  @Test
  void stoppingAReaderWakesItAndNobodyElse() throws Exception {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    BatchStream other = read(RowRange.ALL);
    Future<IpcMessage> waiting = threads.submit(stream::next);
    awaitDecoded();
    stream.stopWaiting();

    assertThatThrownBy(waiting::get).rootCause().hasMessageContaining("cancelled");
    assertThatThrownBy(stream::next).as("nor does it wait again").hasMessageContaining("cancelled");
    stream.close();
    source.permits.release(1000);
    assertThat(StreamRows.rows(other, memory.get())).isEqualTo(source.rows());
    other.stopWaiting();
  }

  @Test
  void interruptingAReaderCancelsItAndNobodyElse() throws Exception {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    BatchStream other = read(RowRange.ALL);
    Future<String> waiting =
        threads.submit(
            () -> {
              Thread.currentThread().interrupt();
              try {
                stream.next();
                return "not cancelled";
              } catch (MallardException e) {
                return e.code() + " " + Thread.interrupted();
              }
            });
    assertThat(waiting.get()).isEqualTo("CANCELLED true");
    stream.close();
    source.permits.release(1000);
    assertThat(StreamRows.rows(other, memory.get())).isEqualTo(source.rows());
  }

  @Test
  void aConversionThatFailsInTheMiddleSendsItsReadersToTheSource() throws Exception {
    source.permits.drainPermits();
    source.failAt = 13;
    BatchStream fast = read(RowRange.ALL);
    BatchStream slow = read(RowRange.ALL);
    Future<List<List<Object>>> all = threads.submit(() -> StreamRows.rows(fast, memory.get()));
    try (IpcMessage first = takeFirst(slow)) {
      assertThat(first.rows()).isEqualTo(SampleSource.BATCH_ROWS);
    }
    source.permits.release(1000);

    assertThat(all.get()).isEqualTo(source.rows());
    assertThat(StreamRows.rows(slow, memory.get())).isEqualTo(source.rows(1, BATCHES));
    awaitConversions();
    assertThat(files()).isEmpty();
    assertThat(forms.stats().forms()).isZero();
  }

  private IpcMessage takeFirst(BatchStream stream) throws IOException {
    source.permits.release();
    return next(stream);
  }

  /** The next record batch. */
  private static IpcMessage next(BatchStream stream) throws IOException {
    IpcMessage message = Objects.requireNonNull(stream.next());
    while (message.kind() != IpcMessage.Kind.RECORD_BATCH) {
      message.close();
      message = Objects.requireNonNull(stream.next());
    }
    return message;
  }

  @Test
  void aFormThatTurnsOutTooLargeIsGivenUpAndItsReadersGoOn() throws IOException {
    forms.close();
    forms = new DerivedForms(folder, new DiskBudget(20_000), memory.get());

    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());
    awaitConversions();
    assertThat(files()).isEmpty();
    assertThat(forms.open("key", 20_001, source, RowRange.ALL)).satisfies(BatchStream::close);
    assertThat(forms.stats().misses()).isEqualTo(1);
  }

  @Test
  void theLeastRecentlyUsedFormMakesRoom() throws IOException {
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    long bytes = forms.stats().bytes();
    forms.close();
    forms = new DerivedForms(folder, new DiskBudget(3 * bytes - bytes / 8), memory.get());
    readKey("b");
    readKey("key");
    readKey("c");

    assertThat(forms.arrowBytes("key")).isPresent();
    assertThat(forms.arrowBytes("b")).isEmpty();
    assertThat(forms.arrowBytes("c")).isPresent();
    assertThat(forms.stats().bytes()).isEqualTo(2 * bytes);
  }

  @Test
  void lookingAtAFormIsNoUseOfIt() throws IOException {
    StreamRows.drain(read(RowRange.ALL));
    awaitConversions();
    long bytes = forms.stats().bytes();
    forms.close();
    forms = new DerivedForms(folder, new DiskBudget(3 * bytes - bytes / 8), memory.get());
    readKey("b");
    // As a listing does, also right after the start.
    assertThat(forms.arrowBytes("key")).isPresent();
    assertThat(forms.arrowBytes("key")).isPresent();
    readKey("c");

    assertThat(forms.arrowBytes("key")).isEmpty();
    assertThat(forms.arrowBytes("b")).isPresent();
  }

  private void readKey(String key) throws IOException {
    assertThat(StreamRows.rows(forms.open(key, -1, source, RowRange.ALL), memory.get()))
        .isEqualTo(source.rows());
    awaitConversions();
  }

  @Test
  void theFolderMayBeDeletedWhileAFormIsMadeAndWhileItIsRead() throws Exception {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    takeFirst(stream).close();
    deleteFolder();
    source.permits.release(1000);
    assertThat(StreamRows.rows(stream, memory.get())).isEqualTo(source.rows(1, BATCHES));
    awaitConversions();

    readKey("key");
    assertThat(forms.stats().forms()).isEqualTo(1);
    try (BatchStream reading = read(RowRange.ALL)) {
      next(reading).close();
      deleteFolder();
      assertThat(countRows(reading)).isEqualTo((BATCHES - 1) * SampleSource.BATCH_ROWS);
    }
    readKey("key");
    assertThat(source.directReads).hasValue(0);
    assertThat(source.conversions).hasValue(3);
  }

  private void deleteFolder() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
    Files.delete(folder);
  }

  @Test
  void aConversionThatNobodyReadsStopsUnlessItIsHalfDone() throws IOException {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    takeFirst(stream).close();
    stream.close();
    source.permits.release(1);
    awaitConversions();
    assertThat(files()).isEmpty();

    source.permits.release(15);
    stream = read(RowRange.ALL);
    for (int i = 0; i < 12; i++) {
      next(stream).close();
    }
    stream.close();
    source.permits.release(1000);
    awaitConversions();
    assertThat(forms.stats().forms()).isEqualTo(1);
  }

  @Test
  void withoutACacheReadersGetTheSource() throws IOException {
    forms.close();
    forms = new DerivedForms(folder, new DiskBudget(0), memory.get());
    assertThat(readRows(RowRange.ALL)).isEqualTo(source.rows());
    assertThat(source.directReads).hasValue(1);
    assertThat(files()).isEmpty();
  }

  @Test
  void closingTheCacheSendsReadersToTheSource() throws Exception {
    source.permits.drainPermits();
    BatchStream stream = read(RowRange.ALL);
    takeFirst(stream).close();
    awaitDecoded();
    Future<?> closing = threads.submit(forms::close);
    assertThat(StreamRows.rows(stream, memory.get())).isEqualTo(source.rows(1, BATCHES));
    source.permits.release(1000);
    closing.get();
    assertThat(files()).isEmpty();
  }
}
