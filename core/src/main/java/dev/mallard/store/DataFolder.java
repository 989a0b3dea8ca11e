package dev.mallard.store;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of dataset files and the only way to change it. Every change is atomic and, once a
 * method has returned, durable; a reader that has opened a file keeps what it opened.
 *
 * <pre>
 * sales.parquet                              the current version, an ordinary file
 * .mallard/lock                              held by the one server that writes here
 * .mallard/staging/…                         uploads under way; emptied when a server starts
 * .mallard/versions/sales.parquet/&lt;id&gt;       previous versions (hard links)
 * </pre>
 *
 * <p>Files are named by their path relative to the folder, with slashes ({@code
 * my_app/sessions.parquet}); callers have checked it. Thread-safe.
 */
public final class DataFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

  /** Everything of ours; no dataset's name may begin with it. */
  public static final String RESERVED = ".mallard";

  private static final int REWRITES_UNLOCKED = 3;

  private final Path root;
  private final Path staging;
  private final VersionHistory history;
  private final VersionLeases leases;
  private final CommitHook hook;
  private final Clock clock;

  /** Another if somebody removed the folder and made it again. */
  private volatile Path realRoot;

  /** Null if nothing may be changed. Written by {@link #reclaim}. */
  private volatile @Nullable FolderLock lock;

  private final NameLocks names = new NameLocks();
  private final AtomicLong lastCommitMicros = new AtomicLong();

  /**
   * How a folder is opened.
   *
   * @param readOnly nothing in the folder is created or changed, not even the lock
   * @param keepVersions how many previous versions of each file stay
   */
  public record Options(
      boolean readOnly, int keepVersions, VersionLeases leases, CommitHook hook, Clock clock) {}

  private DataFolder(Path root, @Nullable FolderLock lock, Options options) throws IOException {
    this.root = root;
    this.realRoot = root.toRealPath();
    this.staging = root.resolve(RESERVED).resolve("staging");
    this.history =
        new VersionHistory(
            root.resolve(RESERVED).resolve("versions"), options.keepVersions(), options.leases());
    this.leases = options.leases();
    this.hook = options.hook();
    this.clock = options.clock();
    this.lock = lock;
  }

  /**
   * Opens a folder, takes its lock and clears what a crash left.
   *
   * @throws MallardException FAILED_PRECONDITION if another server is writing to it
   */
  public static DataFolder open(Path root, Options options) throws IOException {
    if (options.readOnly()) {
      return new DataFolder(root, null, options);
    }
    Path reserved = root.resolve(RESERVED);
    Durable.createFolders(reserved);
    try (Closer onFailure = new Closer()) {
      FolderLock lock = onFailure.add(FolderLock.acquire(reserved.resolve("lock"), root));
      DataFolder folder = new DataFolder(root, lock, options);
      folder.recover();
      onFailure.release();
      return folder;
    }
  }

  private void recover() throws IOException {
    Durable.deleteTree(staging);
    Durable.createFolders(staging);
    for (String file : history.files()) {
      try {
        FileVersion current = current(file);
        if (current != null) {
          history.prune(file, current.id());
        }
      } catch (IOException | MallardException e) {
        LOG.warn("the previous versions of {} were left as they are: {}", file, e.toString());
      }
    }
  }

  public boolean readOnly() {
    return lock == null;
  }

  public Path root() {
    return root;
  }

  /**
   * Where {@code file} stands, or would stand.
   *
   * @throws MallardException INVALID_ARGUMENT if the process cannot name it: without a UTF-8 locale
   *     the JVM knows no other characters than ASCII's
   */
  public Path locate(String file) {
    try {
      return root.resolve(file);
    } catch (InvalidPathException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT,
          "dataset '"
              + file
              + "': the server runs without a UTF-8 locale and cannot use this name; start it with LC_ALL=C.UTF-8",
          e);
    }
  }

  /**
   * What stands at {@code file} now, or null.
   *
   * @throws MallardException INVALID_ARGUMENT if the way there leads out of the folder
   */
  public @Nullable FileVersion current(String file) throws IOException {
    Path path = locate(file);
    try {
      requireInside(path, file);
      return FileVersion.of(path);
    } catch (FileSystemException e) {
      // There is none, or a file where the way has a folder.
      if (Files.exists(path)) {
        throw e;
      }
      requireNothingOutside(path, file);
      return null;
    }
  }

  /**
   * As {@link #current(String)}, without another look if the last one was just now.
   *
   * @param look at the file, by which it was found in this folder
   */
  public @Nullable FileVersion current(String file, FileLook look) throws IOException {
    try {
      return look.isFresh() ? look.version() : current(file);
    } catch (FileSystemException e) {
      return current(file); // It had to be read, and cannot be: this says why.
    }
  }

  /** Also where there is nothing yet: a folder behind a link must not be made, either. */
  private void requireNothingOutside(Path path, String file) throws IOException {
    try {
      requireInside(nearestExisting(path), file);
    } catch (NoSuchFileException e) {
      // Gone at this moment.
    }
  }

  /**
   * Whether anything stands at {@code file}, whatever it is.
   *
   * @throws MallardException as {@link #current}
   */
  public boolean exists(String file) throws IOException {
    Path path = locate(file);
    Path existing = nearestExisting(path);
    try {
      requireInside(existing, file);
      return existing.equals(path);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Those of some names in one folder at which anything stands, as {@link #exists} says of each:
   * the way there is looked at once.
   */
  public List<String> existing(List<String> siblings) throws IOException {
    Path folder = Durable.parent(locate(siblings.get(0)));
    Path nearest = nearestExisting(folder);
    List<String> existing = new ArrayList<>();
    try {
      requireInside(nearest, siblings.get(0));
      if (!nearest.equals(folder)) {
        return List.of();
      }
      for (String file : siblings) {
        Path path = locate(file);
        if (Files.exists(path)) {
          if (Files.isSymbolicLink(path)) {
            requireInside(path, file);
          }
          existing.add(file);
        }
      }
    } catch (NoSuchFileException e) {
      return List.of(); // Gone at this moment.
    }
    return existing;
  }

  private Path nearestExisting(Path path) {
    Path at = path;
    while (!at.equals(root) && !Files.exists(at)) {
      at = Durable.parent(at);
    }
    return at;
  }

  /** Previous versions, newest first. */
  public List<FileVersion> previous(String file) throws IOException {
    FileVersion current = current(file);
    return history.previous(file, current == null ? "" : current.id());
  }

  private void requireInside(Path existing, String file) throws IOException {
    if (!existing.toRealPath().startsWith(realRoot)) {
      throw MallardException.invalid(
          "dataset '"
              + file
              + "': a link on the way leads out of the data folder; serve its target with --dataset");
    }
  }

  /**
   * If somebody has removed the folder and made it again while it is served: takes it once more.
   *
   * @throws MallardException FAILED_PRECONDITION if it is not there, or another server has taken it
   */
  private synchronized void reclaim() throws IOException {
    if (Files.isDirectory(staging)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "the data folder is gone; make it again, with what was in it, on the server");
    }
    Durable.createFolders(staging);
    FolderLock held = lock;
    if (held != null && !held.isStill()) {
      lock = FolderLock.acquire(root.resolve(RESERVED).resolve("lock"), root);
      held.close();
      realRoot = root.toRealPath();
    }
    LOG.warn("the data folder was removed and made again; going on with what is there now");
  }

  /** A new file, invisible until {@link #publish}. */
  public StagedFile stage() throws IOException {
    requireWritable();
    reclaim();
    try (Closer onFailure = new Closer()) {
      StagedFile staged =
          onFailure.add(new StagedFile(staging.resolve(UUID.randomUUID().toString())));
      hook.reached(CommitStep.STAGED_CREATED);
      onFailure.release();
      return staged;
    }
  }

  /** Builds the content of a file from what stands at its name. */
  @FunctionalInterface
  public interface Rewrite {
    /**
     * Called again if what stood there was replaced meanwhile; what the call before gave is closed
     * then.
     *
     * @param current what stands there, and stays for as long as this runs; or null
     * @return what to publish in its place
     */
    StagedFile from(@Nullable FileVersion current) throws IOException;
  }

  /**
   * Makes {@code staged} the current version of {@code file}; the one before it is kept as the
   * options say.
   */
  public FileVersion publish(StagedFile staged, String file) throws IOException {
    sync(staged);
    return names.locked(file, () -> replace(staged, file));
  }

  /**
   * As {@link #publish}, with content that depends on what stands there: no other change comes in
   * between. It is built without keeping others from the name, and again if one of them was
   * quicker; only after some attempts they have to wait.
   */
  public FileVersion publish(Rewrite rewrite, String file) throws IOException {
    for (int attempt = 1; attempt <= REWRITES_UNLOCKED; attempt++) {
      try (VersionPin base = pin(file)) {
        FileVersion before = base == null ? null : base.version();
        StagedFile staged = rewrite.from(before);
        sync(staged);
        Optional<FileVersion> published =
            names.locked(
                file,
                () ->
                    Objects.equals(current(file), before)
                        ? Optional.of(replace(staged, file))
                        : Optional.empty());
        if (published.isPresent()) {
          return published.get();
        }
        staged.close();
      }
    }
    return names.locked(
        file,
        () -> {
          StagedFile staged = rewrite.from(current(file));
          sync(staged);
          return replace(staged, file);
        });
  }

  private void sync(StagedFile staged) throws IOException {
    requireWritable();
    hook.reached(CommitStep.STAGED_WRITTEN);
    staged.sync();
    hook.reached(CommitStep.STAGED_SYNCED);
  }

  /** The caller holds the file's lock and has synced the staged file's content. */
  private FileVersion replace(StagedFile staged, String file) throws IOException {
    Path target = locate(file);
    FileVersion current = current(file);
    if (current != null) {
      // Also if none is to be kept: it may be promised to a client until the very moment in which
      // it is replaced.
      history.keep(file, current);
    }
    hook.reached(CommitStep.PREVIOUS_KEPT);
    Files.setLastModifiedTime(staged.path(), FileVersion.fileTime(nextCommitTime()));
    // Not synced once more: syncing the folder below commits the file system's journal, which has
    // the time in it, too.
    hook.reached(CommitStep.BEFORE_RENAME);
    moveIntoPlace(staged.path(), target, file);
    hook.reached(CommitStep.RENAMED);
    Durable.syncFolder(Durable.parent(target));
    hook.reached(CommitStep.FOLDER_SYNCED);
    FileVersion published = FileVersion.of(target);
    history.prune(file, published.id());
    hook.reached(CommitStep.PRUNED);
    return published;
  }

  private void moveIntoPlace(Path staged, Path target, String file) throws IOException {
    Path folder = Durable.parent(target);
    // A drop of the last other file in there may remove the folder in between.
    Durable.withFolder(
        folder,
        () -> {
          requireInside(folder, file);
          Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /** Strictly ascending microseconds, so that no two commits of this server share a version id. */
  private Instant nextCommitTime() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return FileVersion.instantOfMicros(
        lastCommitMicros.updateAndGet(last -> Math.max(last + 1, now)));
  }

  /**
   * Deletes a file and its previous versions.
   *
   * @return false if there was none
   */
  public boolean drop(String file) throws IOException {
    requireWritable();
    return names.locked(
        file,
        () -> {
          if (!exists(file)) {
            return false;
          }
          // In this order a crash leaves a whole dataset without a history, never a history without
          // a dataset.
          history.forget(file);
          hook.reached(CommitStep.VERSIONS_DROPPED);
          Path path = locate(file);
          Files.delete(path);
          Durable.syncNearestFolder(Durable.parent(path));
          deleteEmptyFolders(Durable.parent(path));
          hook.reached(CommitStep.CURRENT_DROPPED);
          return true;
        });
  }

  private void deleteEmptyFolders(Path folder) throws IOException {
    for (Path at = folder; !at.equals(root); at = Durable.parent(at)) {
      try {
        Files.delete(at);
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        return;
      }
    }
  }

  /**
   * Makes a previous version the current one; the current one becomes a previous one.
   *
   * @throws MallardException NOT_FOUND if there is no such version
   */
  public FileVersion restore(String file, String versionId) throws IOException {
    requireWritable();
    return names.locked(
        file,
        () -> {
          FileVersion current = current(file);
          if (current != null && current.isCalled(versionId)) {
            return current;
          }
          FileVersion wanted = history.find(file, versionId);
          if (wanted == null) {
            throw MallardException.notFound(
                "there is no version '"
                    + versionId
                    + "' of '"
                    + file
                    + "', or it is gone; list_versions (mallard versions) shows those there are");
          }
          Path staged = staging.resolve(UUID.randomUUID().toString());
          try {
            Files.createLink(staged, wanted.file());
            if (current != null) {
              history.keep(file, current);
            }
            hook.reached(CommitStep.PREVIOUS_KEPT);
            hook.reached(CommitStep.BEFORE_RENAME);
            moveIntoPlace(staged, locate(file), file);
            hook.reached(CommitStep.RENAMED);
            Durable.syncFolder(Durable.parent(locate(file)));
            hook.reached(CommitStep.FOLDER_SYNCED);
            history.prune(file, wanted.id());
            return FileVersion.of(locate(file));
          } finally {
            Files.deleteIfExists(staged);
          }
        });
  }

  /** A version by its id, current or kept; null if it is gone. */
  public @Nullable FileVersion find(String file, String versionId) throws IOException {
    FileVersion current = current(file);
    return current != null && current.isCalled(versionId) ? current : history.find(file, versionId);
  }

  /**
   * What stands at {@code file} now, and stays until the caller closes it; null if there is none.
   */
  public @Nullable VersionPin pin(String file) throws IOException {
    while (true) {
      FileVersion seen = current(file);
      if (seen == null) {
        return null;
      }
      try (Closer unlessItStays = new Closer()) {
        VersionPin pin = unlessItStays.add(new VersionPin(leases, file, seen));
        // It may have been replaced and pruned before it was pinned: then another stands there.
        if (isStill(seen) || history.find(file, seen.id()) != null) {
          unlessItStays.release();
          return pin;
        }
      }
    }
  }

  private static boolean isStill(FileVersion seen) throws IOException {
    try {
      return FileVersion.of(seen.file()).equals(seen);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A version, current or kept, which stays until the caller closes it; null if it is gone. */
  public @Nullable VersionPin pin(String file, String versionId) throws IOException {
    FileVersion seen = find(file, versionId);
    if (seen == null) {
      return null;
    }
    try (Closer unlessItStays = new Closer()) {
      VersionPin pin = unlessItStays.add(new VersionPin(leases, file, seen));
      if (find(file, versionId) == null) {
        return null;
      }
      unlessItStays.release();
      return pin;
    }
  }

  private void requireWritable() {
    if (readOnly()) {
      throw new MallardException(
          ErrorCode.PERMISSION_DENIED,
          "this server is read-only: start it without --read-only to change datasets");
    }
  }

  @Override
  public void close() throws IOException {
    FolderLock held = lock;
    if (held != null) {
      held.close();
    }
  }
}
