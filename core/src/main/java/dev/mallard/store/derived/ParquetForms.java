package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageColumns;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.UnstorableColumn;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.NoRoomException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files made of datasets in other formats, each once, for an engine that reads Parquet by
 * name. They are a cache: within the budget, kept over restarts, and deleted by anybody at any time
 * without loss. Without a cache (a budget of 0) each is made for who asks for it, and goes with its
 * link. Thread-safe.
 */
public final class ParquetForms {
  private final FormStore store;
  private final DiskBudget budget;
  private final DiskBudget temporary;
  private final FileFormat parquet;
  private final BufferAllocator allocator;

  /** How often who waits for another's conversion looks whether it is still wanted. */
  private static final long LOOK_MILLIS = 50;

  private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

  /**
   * @param folder of the cache's own; made if it is not there, cleared of what an earlier process
   *     left unfinished
   * @param temporary what forms that are not kept may take together
   * @param events hears of each form that was made and kept
   */
  public ParquetForms(
      Path folder,
      DiskBudget budget,
      DiskBudget temporary,
      FileFormat parquet,
      BufferAllocator allocator,
      ServerEvents events)
      throws IOException {
    this.store = new FormStore(folder, new FormFiles(parquet.extensions().get(0)), budget, events);
    this.budget = budget;
    this.temporary = temporary;
    this.parquet = parquet;
    this.allocator = allocator;
  }

  /**
   * A name that was made for a form, which stays whole for as long as this is open. Whoever has it
   * deletes the name and then closes this.
   *
   * @param isKept false if the form goes with its name: then it is not to be kept for later
   * @param hold of the form's room
   */
  public record Link(boolean isKept, DiskBudget.Hold hold) implements AutoCloseable {
    @Override
    public void close() {
      hold.close();
    }
  }

  /**
   * Makes a name for the Parquet form of a version. If that is not there, a file stands under the
   * name that has the form's columns and no rows, until its rows are asked for.
   *
   * @param key of the version: equal keys mean equal bytes
   * @param target is not there yet
   */
  public QueryableFile link(String key, ConversionSource source, Path target) throws IOException {
    FormColumns columns = FormColumns.of(source.schema(), parquet);
    QueryableFile made = linkFinished(key, columns, target);
    if (made != null) {
      return made;
    }
    return QueryableFile.of(
        writeEmpty(columns, target), new PendingForm(this, key, source), columns);
  }

  /**
   * A file without rows, which takes room like any other. DuckDB takes a file for the same if its
   * time is: no form is as old as this.
   */
  private Link writeEmpty(FormColumns columns, Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    DiskBudget rooms = budget.maxBytes() == 0 ? temporary : budget;
    boolean isKept = budget.maxBytes() > 0;
    DiskBudget.Claim claim = rooms.begin(folder == null ? target : folder);
    try (Closer onFailure = new Closer()) {
      onFailure.add(claim);
      onFailure.add(target, FormFiles::delete);
      try (FileChannel file =
              FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          BatchWriter writer = parquet.write(file, columns.messages().schema(), allocator)) {
        writer.finish(Map.of());
        try {
          claim.reserve(file.size());
        } catch (NoRoomException e) {
          isKept = false; // Without it there would be no name for the dataset in SQL.
        }
      }
      Files.setLastModifiedTime(target, FileTime.fromMillis(0));
      DiskBudget.Hold hold = claim.hold();
      if (hold == null) {
        throw new IllegalStateException("a claim that nobody else has");
      }
      onFailure.release();
      claim.close();
      return new Link(isKept, hold);
    }
  }

  /**
   * Puts the form of a version in the place of a file without rows.
   *
   * @param stopped ends it with CANCELLED
   * @throws MallardException RESOURCE_EXHAUSTED if there is no room for the form
   */
  QueryableFile make(String key, ConversionSource source, Path target, BooleanSupplier stopped)
      throws IOException {
    FormColumns columns = FormColumns.of(source.schema(), parquet);
    Path making = target.resolveSibling(target.getFileName() + ".making");
    try (Closer onFailure = new Closer()) {
      QueryableFile made =
          budget.maxBytes() == 0
              ? makeTemporary(columns, source, making, stopped)
              : makeKept(key, columns, source, making, stopped);
      made.form().ifPresent(onFailure::add);
      onFailure.add(making, FormFiles::delete);
      Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
      onFailure.release();
      return made;
    } catch (NoRoomException e) {
      throw noRoom(e);
    }
  }

  private @Nullable QueryableFile linkFinished(String key, FormColumns columns, Path target)
      throws IOException {
    FormStore.Form form = store.find(key);
    DiskBudget.Hold hold = form == null ? null : form.hold();
    if (form == null || hold == null) {
      return null;
    }
    try (Closer onFailure = new Closer()) {
      onFailure.add(hold);
      form.touch();
      createLink(form.path(), target);
      onFailure.add(target, FormFiles::delete);
      FormColumns written;
      try (FileChannel file = FileChannel.open(target, StandardOpenOption.READ)) {
        written = columns.asWritten(parquet.readFooter(file).properties());
      }
      onFailure.release();
      return QueryableFile.of(new Link(true, hold), null, written);
    } catch (NoSuchFileException e) {
      form.discard(); // Somebody has emptied the folder.
      return null;
    }
  }

  private static void createLink(Path form, Path target) throws IOException {
    try {
      Files.createLink(target, form);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.createSymbolicLink(target, form.toAbsolutePath());
    }
  }

  /** One conversion of a version at a time; others of the same wait for it. */
  private QueryableFile makeKept(
      String key,
      FormColumns columns,
      ConversionSource source,
      Path target,
      BooleanSupplier stopped)
      throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(key, k -> new ReentrantLock());
    acquire(lock, stopped);
    try {
      QueryableFile made = linkFinished(key, columns, target);
      return made != null ? made : convert(key, columns, source, target, stopped);
    } finally {
      lock.unlock();
      locks.remove(key, lock);
    }
  }

  private static void acquire(ReentrantLock lock, BooleanSupplier stopped) {
    try {
      while (!lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (stopped.getAsBoolean()) {
          throw unwanted();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unwanted();
    }
  }

  private static MallardException unwanted() {
    return new MallardException(
        ErrorCode.CANCELLED, "nobody waits for the Parquet form of the dataset any more");
  }

  private QueryableFile convert(
      String key,
      FormColumns columns,
      ConversionSource source,
      Path target,
      BooleanSupplier stopped)
      throws IOException {
    try (Closer onFailure = new Closer();
        FormStore.Room room = store.begin(key, -1)) {
      DiskBudget.Hold hold = room == null ? null : room.hold();
      if (room == null || hold == null) {
        throw noRoom(null);
      }
      onFailure.add(hold);
      FormStore.Form form;
      FormColumns written;
      try (FileChannel file = FileChannel.open(room.path(), StandardOpenOption.WRITE)) {
        written = write(columns, source, file, room::reserve, stopped);
        form = room.commit(file);
      }
      createLink(form.path(), target);
      onFailure.release();
      return QueryableFile.of(new Link(true, hold), null, written);
    }
  }

  private QueryableFile makeTemporary(
      FormColumns columns, ConversionSource source, Path target, BooleanSupplier stopped)
      throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    DiskBudget.Claim claim = temporary.begin(folder == null ? target : folder);
    try (Closer onFailure = new Closer()) {
      onFailure.add(claim);
      onFailure.add(target, FormFiles::delete);
      FormColumns written;
      try (FileChannel file =
          FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        written = write(columns, source, file, claim::reserve, stopped);
      }
      DiskBudget.Hold hold = claim.hold();
      if (hold == null) {
        throw new IllegalStateException("a claim that nobody else has");
      }
      onFailure.release();
      claim.close(); // From here on it is the hold that counts.
      return QueryableFile.of(new Link(false, hold), null, written);
    }
  }

  /** Takes room for a file that grows. */
  private interface Growth {
    void reserve(long length) throws NoRoomException;
  }

  /** What a column has is seen when it is written: then once more, without its values. */
  private FormColumns write(
      FormColumns columns,
      ConversionSource source,
      FileChannel file,
      Growth growth,
      BooleanSupplier stopped)
      throws IOException {
    FormColumns wanted = columns;
    while (true) {
      try {
        writeOnce(wanted, source, file, growth, stopped);
        return wanted;
      } catch (MallardException e) {
        wanted = UnstorableColumn.of(e).flatMap(wanted::without).orElseThrow(() -> e);
        file.truncate(0);
      }
    }
  }

  private void writeOnce(
      FormColumns columns,
      ConversionSource source,
      FileChannel file,
      Growth growth,
      BooleanSupplier stopped)
      throws IOException {
    MessageColumns messages = columns.messages();
    try (BatchStream rows = source.open(RowRange.ALL);
        BatchWriter writer =
            parquet.write(new CountedChannel(file, growth), messages.schema(), allocator)) {
      IpcMessage message;
      while ((message = rows.next()) != null) {
        if (stopped.getAsBoolean()) {
          message.close();
          throw unwanted();
        }
        Optional<IpcMessage> chosen =
            columns.isWhole() ? Optional.of(message) : messages.select(message, allocator);
        if (chosen.isPresent()) {
          writer.write(chosen.get());
        }
      }
      writer.finish(columns.properties());
    }
  }

  /** Has room for what is written before it is. */
  private static final class CountedChannel implements WritableByteChannel {
    private final FileChannel file;
    private final Growth growth;

    CountedChannel(FileChannel file, Growth growth) {
      this.file = file;
      this.growth = growth;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      growth.reserve(file.position() + bytes.remaining());
      return file.write(bytes);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private MallardException noRoom(@Nullable NoRoomException why) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "there is no room for the Parquet form that SQL needs of a Feather dataset; ask the operator for a"
            + (budget.maxBytes() == 0
                ? " --cache-size or a larger --temp-limit"
                : " larger --cache-size")
            + ", or upload it as Parquet",
        why);
  }
}
