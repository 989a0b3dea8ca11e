package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
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
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
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
   * Makes a name for the Parquet form of a version; the form first, if it is not there.
   *
   * @param key of the version: equal keys mean equal bytes
   * @param target is not there yet
   * @throws MallardException INVALID_ARGUMENT if Parquet cannot carry a column; RESOURCE_EXHAUSTED
   *     if there is no room for the form
   */
  public Link link(String key, ConversionSource source, Path target) throws IOException {
    Link found = linkFinished(key, target);
    if (found != null) {
      return found;
    }
    parquet.checkStorable(source.schema());
    try {
      return budget.maxBytes() == 0 ? makeTemporary(source, target) : make(key, source, target);
    } catch (NoRoomException e) {
      throw noRoom(e);
    }
  }

  private @Nullable Link linkFinished(String key, Path target) throws IOException {
    FormStore.Form form = store.find(key);
    DiskBudget.Hold hold = form == null ? null : form.hold();
    if (form == null || hold == null) {
      return null;
    }
    try (Closer onFailure = new Closer()) {
      onFailure.add(hold);
      form.touch();
      createLink(form.path(), target);
      onFailure.release();
      return new Link(true, hold);
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
  private Link make(String key, ConversionSource source, Path target) throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(key, k -> new ReentrantLock());
    lock.lock();
    try {
      Link made = linkFinished(key, target);
      return made != null ? made : convert(key, source, target);
    } finally {
      lock.unlock();
      locks.remove(key, lock);
    }
  }

  private Link convert(String key, ConversionSource source, Path target) throws IOException {
    try (Closer onFailure = new Closer();
        FormStore.Room room = store.begin(key, -1)) {
      DiskBudget.Hold hold = room == null ? null : room.hold();
      if (room == null || hold == null) {
        throw noRoom(null);
      }
      onFailure.add(hold);
      FormStore.Form form;
      try (FileChannel file = FileChannel.open(room.path(), StandardOpenOption.WRITE)) {
        write(source, file, room::reserve);
        form = room.commit(file);
      }
      createLink(form.path(), target);
      onFailure.release();
      return new Link(true, hold);
    }
  }

  private Link makeTemporary(ConversionSource source, Path target) throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    DiskBudget.Claim claim = temporary.begin(folder == null ? target : folder);
    try (Closer onFailure = new Closer()) {
      onFailure.add(claim);
      onFailure.add(target, FormFiles::delete);
      try (FileChannel file =
          FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        write(source, file, claim::reserve);
      }
      DiskBudget.Hold hold = claim.hold();
      if (hold == null) {
        throw new IllegalStateException("a claim that nobody else has");
      }
      onFailure.release();
      claim.close(); // From here on it is the hold that counts.
      return new Link(false, hold);
    }
  }

  /** Takes room for a file that grows. */
  private interface Growth {
    void reserve(long length) throws NoRoomException;
  }

  private void write(ConversionSource source, FileChannel file, Growth growth) throws IOException {
    try (BatchStream rows = source.open(RowRange.ALL);
        BatchWriter writer =
            parquet.write(new CountedChannel(file, growth), source.schema(), allocator)) {
      IpcMessage message;
      while ((message = rows.next()) != null) {
        writer.write(message);
      }
      writer.finish(Map.of());
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
