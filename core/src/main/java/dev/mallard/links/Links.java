package dev.mallard.links;

import dev.mallard.catalog.Dataset;
import dev.mallard.catalog.PinnedDataset;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SqlDataset;
import dev.mallard.store.StorageErrors;
import dev.mallard.store.derived.ParquetForms;
import dev.mallard.store.derived.QueryableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one version in a folder of their own, which goes with the last who holds it. It is
 * made held once. Thread-safe.
 */
final class Links implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  private final Path folder;
  private final PinnedDataset pinned;
  private final SharedWork making;
  private final ReentrantLock lock = new ReentrantLock();

  /** What keeps the forms that are linked. Guarded by the lock. */
  private final List<ParquetForms.Link> forms = new ArrayList<>();

  /** Guarded by the lock. */
  private int holders = 1;

  /** Replaced as a whole, under the lock. */
  private volatile State state;

  /**
   * @param folder empty; deleted with it
   * @param pinned taken over, also if this throws; kept for as long as rows have to be made of it
   * @param threads for making them
   */
  Links(Path folder, PinnedDataset pinned, Executor threads) throws IOException {
    this.folder = folder;
    this.pinned = pinned;
    this.making = new SharedWork(threads, this::make);
    try (Closer onFailure = new Closer()) {
      onFailure.add(pinned);
      onFailure.add(() -> delete(folder));
      Files.createDirectories(folder);
      List<File> files = new ArrayList<>();
      for (Dataset.LinkedFile file : pinned.link(folder)) {
        file.content().form().ifPresent(forms::add);
        files.add(File.of(file.file(), file.content()));
      }
      this.state = State.of(files);
      onFailure.release();
    } catch (IOException | RuntimeException e) {
      Closer.closeAfter(e, () -> forms.forEach(ParquetForms.Link::close));
      throw e;
    }
    if (state.isReady()) {
      pinned.close();
    }
  }

  /**
   * @param linked as it was when its rows were there; empty before
   */
  private record File(Path path, Optional<Linked> linked, QueryableFile content) {
    static File of(Path path, QueryableFile content) throws IOException {
      Optional<Linked> linked =
          content.pending().isPresent()
              ? Optional.empty()
              : Optional.of(Linked.of(path, content.form().isPresent()));
      return new File(path, linked, content);
    }
  }

  /**
   * @param missing of any file
   * @param blank of any file
   */
  private record State(List<File> files, Map<Integer, String> missing, Map<Integer, String> blank) {
    static State of(List<File> files) {
      Map<Integer, String> missing = new TreeMap<>();
      Map<Integer, String> blank = new TreeMap<>();
      for (File file : files) {
        missing.putAll(file.content().missing());
        blank.putAll(file.content().blank());
      }
      return new State(List.copyOf(files), Map.copyOf(missing), Map.copyOf(blank));
    }

    boolean isReady() {
      return files.stream().allMatch(file -> file.content().pending().isEmpty());
    }
  }

  /**
   * A file as it was linked.
   *
   * @param modified empty for a derived form, whose time is that of its last use
   */
  record Linked(Path file, long bytes, Optional<FileTime> modified) {
    static Linked of(Path file, boolean isForm) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      FileTime time = found.lastModifiedTime();
      return new Linked(file, found.size(), isForm ? Optional.empty() : Optional.of(time));
    }

    /** Whether nobody has written into it since. */
    boolean isIntact() {
      try {
        return equals(of(file, modified.isEmpty()));
      } catch (IOException e) {
        return false;
      }
    }
  }

  Dataset dataset() {
    return pinned.dataset();
  }

  List<Path> files() {
    return state.files().stream().map(File::path).toList();
  }

  Map<Integer, String> missing() {
    return state.missing();
  }

  Map<Integer, String> blank() {
    return state.blank();
  }

  /** Whether nobody has written into the files since their rows were there. */
  boolean isIntact() {
    return state.files().stream()
        .flatMap(file -> file.linked().stream())
        .allMatch(Linked::isIntact);
  }

  boolean isReady() {
    return state.isReady();
  }

  /** As {@link SqlDataset#makeReady}; whoever waits holds this. */
  void makeReady(Cancellation cancellation) {
    if (!isReady()) {
      making.await(cancellation);
    }
  }

  /** The work holds this, too: those who wait for it may have gone when it ends. */
  private void make(BooleanSupplier stopped) {
    if (!tryHold()) {
      throw new MallardException(ErrorCode.CANCELLED, "nobody wants the rows any more");
    }
    try (this) {
      for (File file : state.files()) {
        if (file.content().pending().isPresent()) {
          replace(file, file.content().pending().get().make(file.path(), stopped));
        }
      }
    } catch (IOException e) {
      throw StorageErrors.translate("preparing dataset '" + dataset().name() + "' for SQL", e);
    }
  }

  private void replace(File file, QueryableFile made) throws IOException {
    lock.lock();
    try {
      made.form().ifPresent(forms::add);
      file.content().form().filter(forms::remove).ifPresent(ParquetForms.Link::close);
      List<File> files = new ArrayList<>(state.files());
      files.set(files.indexOf(file), File.of(file.path(), made));
      state = State.of(files);
      if (state.isReady()) {
        pinned.close();
      }
    } finally {
      lock.unlock();
    }
  }

  SqlDataset.Form form() {
    lock.lock();
    try {
      if (forms.isEmpty()) {
        return SqlDataset.Form.NONE;
      }
      boolean isKept = forms.stream().allMatch(ParquetForms.Link::isKept);
      return isKept ? SqlDataset.Form.KEPT : SqlDataset.Form.TEMPORARY;
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    lock.lock();
    try {
      return holders <= 1;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @throws IllegalStateException if nobody holds it any more
   */
  void hold() {
    if (!tryHold()) {
      throw new IllegalStateException("links that were given back");
    }
  }

  private boolean tryHold() {
    lock.lock();
    try {
      if (holders == 0) {
        return false;
      }
      holders++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (--holders > 0) {
        return;
      }
    } finally {
      lock.unlock();
    }
    try {
      delete(folder);
    } catch (IOException e) {
      LOG.warn("links of a dataset's version could not be deleted", e);
    } finally {
      pinned.close();
      forms.forEach(ParquetForms.Link::close);
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("nothing was linked", e);
    }
  }
}
