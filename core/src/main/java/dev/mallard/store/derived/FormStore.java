package dev.mallard.store.derived;

import dev.mallard.arrow.feather.FeatherFooter;
import dev.mallard.events.ServerEvents;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.NoRoomException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The files of finished forms in one folder, found by key. The budget drops those that were used
 * longest ago when there is not room for all; the folder may be emptied by anybody at any time.
 * Thread-safe.
 *
 * <p>A form is written under a temporary name, synced and renamed, so that one that has its final
 * name is whole, whatever has happened to the process or the power.
 */
final class FormStore {
  private final Path folder;
  private final FormFiles files;
  private final DiskBudget budget;
  private final ServerEvents events;
  private final AtomicLong temporaryNumber = new AtomicLong();

  /** By file name. */
  private final Map<String, Form> forms = new ConcurrentHashMap<>();

  /** What the forms that are being made are thought to need. */
  private final AtomicLong expectedBytes = new AtomicLong();

  /** A finished form. */
  final class Form {
    private final String name;
    private final DiskBudget.Claim claim;
    private final long bytes;

    /** Of an Arrow form that has been looked at. */
    volatile @Nullable FeatherFooter footer;

    private Form(String name, DiskBudget.Claim claim, long bytes) {
      this.name = name;
      this.claim = claim;
      this.bytes = bytes;
    }

    Path path() {
      return folder.resolve(name);
    }

    /** Length of the file. */
    long bytes() {
      return bytes;
    }

    /** Keeps it from being dropped for lack of room; null if it is too late for that. */
    DiskBudget.@Nullable Hold hold() {
      return claim.hold();
    }

    /** Writes down that it was used now, so that the order of use survives a restart. */
    void touch() throws IOException {
      Files.setLastModifiedTime(path(), FileTime.from(Instant.now()));
    }

    /** Lets go of it; those who read it go on. */
    void discard() {
      deleteFile();
      claim.close();
    }

    private void deleteFile() {
      if (forms.remove(name, this)) {
        FormFiles.delete(path());
      }
    }
  }

  /**
   * @param folder made once it is needed; cleared of what an earlier process left unfinished
   * @param files which of its files are forms
   */
  FormStore(Path folder, FormFiles files, DiskBudget budget, ServerEvents events)
      throws IOException {
    this.folder = folder;
    this.files = files;
    this.budget = budget;
    this.events = events;
    if (!Files.isDirectory(folder)) {
      return;
    }
    for (FormFiles.Found found : files.scan(folder)) {
      Form form = new Form(found.name(), budget.begin(folder), found.bytes());
      forms.put(form.name, form);
      form.claim.adopt(found.bytes(), found.used(), form::deleteFile);
    }
  }

  @Nullable Form find(String key) {
    return forms.get(files.name(key));
  }

  /**
   * Begins a form.
   *
   * @param estimatedBytes that it will have, or −1
   * @return null if it does not fit beside the others that are being made
   */
  @Nullable Room begin(String key, long estimatedBytes) throws IOException {
    if (budget.maxBytes() == 0) {
      return null;
    }
    long expected = Math.max(estimatedBytes, 0);
    boolean fits =
        expectedBytes.addAndGet(expected) <= budget.maxBytes()
            && expected <= budget.attainableBytes();
    Room room = null;
    try {
      if (fits) {
        Files.createDirectories(folder);
        String name = files.temporaryName(key, temporaryNumber.incrementAndGet());
        room = new Room(key, Files.createFile(folder.resolve(name)), expected);
      }
      return room;
    } finally {
      if (room == null) {
        expectedBytes.addAndGet(-expected);
      }
    }
  }

  int count() {
    return forms.size();
  }

  /** Lengths of all files. */
  long storedBytes() {
    return forms.values().stream().mapToLong(Form::bytes).sum();
  }

  /**
   * The file of a form that is being made, by one thread. Closing it deletes the file unless it was
   * committed.
   */
  final class Room implements AutoCloseable {
    private final String key;
    private final Path path;
    private final long expected;
    private final DiskBudget.Claim claim = budget.begin(folder);
    private boolean closed;

    private Room(String key, Path path, long expected) {
      this.key = key;
      this.path = path;
      this.expected = expected;
    }

    Path path() {
      return path;
    }

    /** Keeps what is counted for it counted, while somebody has the file open. */
    DiskBudget.@Nullable Hold hold() {
      return claim.hold();
    }

    /** As {@link DiskBudget.Claim#reserve}. */
    void reserve(long length) throws NoRoomException {
      claim.reserve(length);
    }

    /** Gives the file, which is complete, its final name. */
    Form commit(FileChannel file) throws IOException {
      file.force(false);
      Form form = new Form(files.name(key), claim, file.size());
      Files.move(path, form.path(), StandardCopyOption.ATOMIC_MOVE);
      Form before = forms.put(form.name, form);
      if (before != null) {
        before.claim.close();
      }
      claim.keep(form.bytes, form::deleteFile);
      end();
      events.formMade(key, files.extension(), form.bytes);
      return form;
    }

    private void end() {
      closed = true;
      expectedBytes.addAndGet(-expected);
    }

    @Override
    public void close() {
      if (!closed) {
        end();
        FormFiles.delete(path);
        claim.close();
      }
    }
  }
}
