package dev.mallard.store.derived;

import dev.mallard.arrow.feather.FeatherFooter;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of finished forms in one folder: found by key, dropped in the order of their last use
 * when there is not room for all. The folder may be emptied by anybody at any time. Thread-safe.
 *
 * <p>A form is written under a temporary name, synced and renamed, so that one that has its final
 * name is whole, whatever has happened to the process or the power.
 */
final class FormStore {
  /** In the footer of a form: what it is the form of. */
  static final String KEY_PROPERTY = "mallard:derived.key";

  private static final Logger log = LoggerFactory.getLogger(FormStore.class);

  /** Room is asked for in steps, as that takes system calls. */
  private static final long STEP_BYTES = 32 << 20;

  /** A cache must not be what fills the disk that datasets are stored on. */
  private static final long KEEP_FREE_BYTES = 256 << 20;

  private final Path folder;
  private final long maxBytes;
  private final FeatherFormat format = new FeatherFormat();
  private final AtomicLong temporaryNumber = new AtomicLong();

  /** By file name, least recently used first. */
  private final LinkedHashMap<String, Form> forms = new LinkedHashMap<>(16, 0.75f, true);

  private long storedBytes;

  /** Of the forms that are being made: what they are thought to need, and have got so far. */
  private long expectedBytes;

  private long grantedBytes;

  /** A finished form; the footer is null until it has been looked at. */
  private static final class Form {
    final long bytes;
    volatile @Nullable FeatherFooter footer;

    Form(long bytes, @Nullable FeatherFooter footer) {
      this.bytes = bytes;
      this.footer = footer;
    }
  }

  /** A form that was found; whoever gets it closes the file. */
  record OpenForm(FileChannel file, FeatherFooter footer) {}

  FormStore(Path folder, long maxBytes) throws IOException {
    this.folder = folder;
    this.maxBytes = maxBytes;
    Files.createDirectories(folder);
    for (FormFiles.Found found : FormFiles.scan(folder)) {
      forms.put(found.name(), new Form(found.bytes(), null));
      storedBytes += found.bytes();
    }
    makeRoom(0);
  }

  @Nullable OpenForm open(String key) {
    String name = FormFiles.name(key);
    Form form = find(name);
    if (form == null) {
      return null;
    }
    Path path = folder.resolve(name);
    FileChannel file = null;
    try {
      file = FileChannel.open(path, StandardOpenOption.READ);
      FeatherFooter footer = validated(file, form, key);
      if (footer != null) {
        touch(path);
        return new OpenForm(file, footer);
      }
      log.warn("a derived form was not what its name says; it is made again");
    } catch (NoSuchFileException e) {
      log.debug("a derived form was deleted; it is made again");
    } catch (IOException | MallardException e) {
      log.warn("a derived form could not be read; it is made again", e);
    }
    FormFiles.close(file);
    discard(name, form);
    return null;
  }

  private synchronized @Nullable Form find(String name) {
    return forms.get(name);
  }

  private @Nullable FeatherFooter validated(FileChannel file, Form form, String key)
      throws IOException {
    if (file.size() != form.bytes) {
      return null;
    }
    FeatherFooter footer = form.footer;
    if (footer == null) {
      footer = format.readFooter(file);
      if (!key.equals(footer.properties().get(KEY_PROPERTY))) {
        return null;
      }
      form.footer = footer;
    }
    return footer;
  }

  /** The order of use survives a restart in the files' times. */
  private static void touch(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    } catch (IOException e) {
      log.debug("the time of a derived form could not be set", e);
    }
  }

  /** What is known of a form without reading its rows; null if there is none. */
  @Nullable FeatherFooter footer(String key) {
    OpenForm form = open(key);
    if (form == null) {
      return null;
    }
    FormFiles.close(form.file);
    return form.footer;
  }

  boolean contains(String key) {
    return find(FormFiles.name(key)) != null;
  }

  /** Drops the form of {@code key}; those who read it go on. */
  void discard(String key) {
    String name = FormFiles.name(key);
    Form form = find(name);
    if (form != null) {
      discard(name, form);
    }
  }

  private synchronized void discard(String name, Form form) {
    if (forms.remove(name, form)) {
      storedBytes -= form.bytes;
      FormFiles.delete(folder.resolve(name));
    }
  }

  /**
   * Begins a form.
   *
   * @param estimatedBytes that it will have, or −1
   * @return null if it does not fit beside the others that are being made
   */
  @Nullable Room begin(String key, long estimatedBytes) throws IOException {
    long expected = Math.max(estimatedBytes, 0);
    synchronized (this) {
      if (expected > maxBytes - expectedBytes) {
        return null;
      }
      expectedBytes += expected;
    }
    try {
      Files.createDirectories(folder);
      if (hasFreeDisk(expected)) {
        Path path = folder.resolve(FormFiles.temporaryName(key, temporaryNumber.incrementAndGet()));
        Files.createFile(path);
        return new Room(key, path, expected);
      }
      giveBack(expected, 0);
      return null;
    } catch (IOException | RuntimeException e) {
      giveBack(expected, 0);
      throw e;
    }
  }

  private boolean hasFreeDisk(long bytes) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - KEEP_FREE_BYTES >= bytes;
  }

  private synchronized void giveBack(long expected, long granted) {
    expectedBytes -= expected;
    grantedBytes -= granted;
  }

  private synchronized boolean grant(long bytes) {
    boolean granted = makeRoom(bytes);
    grantedBytes += granted ? bytes : 0;
    return granted;
  }

  /** Drops forms until {@code bytes} more fit; false, and drops none, if they never will. */
  private synchronized boolean makeRoom(long bytes) {
    if (bytes > maxBytes - grantedBytes) {
      return false;
    }
    List<Map.Entry<String, Form>> dropped = new ArrayList<>();
    long left = storedBytes;
    Iterator<Map.Entry<String, Form>> oldest = forms.entrySet().iterator();
    while (left > maxBytes - grantedBytes - bytes && oldest.hasNext()) {
      Map.Entry<String, Form> entry = oldest.next();
      left -= entry.getValue().bytes;
      dropped.add(Map.entry(entry.getKey(), entry.getValue()));
    }
    dropped.forEach(entry -> discard(entry.getKey(), entry.getValue()));
    return true;
  }

  private synchronized void add(String name, long bytes) {
    Form before = forms.put(name, new Form(bytes, null));
    storedBytes += bytes - (before == null ? 0 : before.bytes);
    makeRoom(0);
  }

  synchronized int count() {
    return forms.size();
  }

  synchronized long storedBytes() {
    return storedBytes;
  }

  /**
   * The file of a form that is being made, by one thread. Closing it deletes the file unless it was
   * committed.
   */
  final class Room implements AutoCloseable {
    private final String key;
    private final Path path;
    private final long expected;
    private long granted;
    private long used;
    private boolean committed;

    private Room(String key, Path path, long expected) {
      this.key = key;
      this.path = path;
      this.expected = expected;
    }

    Path path() {
      return path;
    }

    /**
     * Asks for room for more of the file.
     *
     * @throws FormLostException if there is none
     */
    void grow(long bytes) throws IOException {
      used += bytes;
      long missing = used - granted;
      if (missing <= 0) {
        return;
      }
      long step = Math.max(missing, Math.min(STEP_BYTES, maxBytes / 16));
      if (!hasFreeDisk(step)) {
        throw new FormLostException("the disk is nearly full");
      }
      if (!grant(step)) {
        if (!grant(missing)) {
          throw new FormLostException("there is not room for it in the cache");
        }
        step = missing;
      }
      granted += step;
    }

    /** Gives the file, which is complete, its final name. */
    void commit(FileChannel file) throws IOException {
      file.force(false);
      long bytes = file.size();
      String name = FormFiles.name(key);
      Files.move(path, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
      committed = true;
      giveBack(0, granted);
      granted = 0;
      add(name, bytes);
    }

    @Override
    public void close() {
      giveBack(expected, granted);
      if (!committed) {
        FormFiles.delete(path);
      }
    }
  }
}
