package dev.mallard.signin.files;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The access folder, for those who change it. A change is seen whole or not at all, and changes
 * exclude one another, also those of other processes. Thread-safe.
 */
public final class AccessFolder {
  private static final String LOCK = ".lock";
  private static final long LOCK_TRIES = 2_000;
  private static final long BETWEEN_TRIES_NANOS = 5_000_000;

  private final Path root;

  public AccessFolder(Path root) {
    this.root = root;
  }

  /** What a change does to the entries of a file, which are a copy. */
  public interface Change<T> {
    void apply(Map<String, T> entries);
  }

  /** Something to do while nobody else changes anything. */
  interface Locked<T> {
    T run() throws IOException;
  }

  /** The folder, made if its parent is there. */
  public static AccessFolder make(Path root) throws IOException {
    Path parent = root.toAbsolutePath().normalize().getParent();
    if (!Files.isDirectory(root) && parent != null && Files.isDirectory(parent)) {
      try {
        Files.createDirectory(root, FilePermissions.ownersFolder(parent));
      } catch (java.nio.file.FileAlreadyExistsException e) {
        // Somebody else was quicker; what it is is seen next.
      }
    }
    return existing(root);
  }

  /**
   * @throws MallardException FAILED_PRECONDITION if there is no such folder
   */
  public static AccessFolder existing(Path root) {
    if (!Files.isDirectory(root)) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "there is no access folder "
              + root
              + "; make it, with its first user: mallard user add NAME --access "
              + root);
    }
    return new AccessFolder(root);
  }

  public Path root() {
    return root;
  }

  Path file(EntryFormat<?> format) {
    return root.resolve(format.fileName());
  }

  /**
   * What a file says now; nothing if it is not there.
   *
   * @throws MallardException FAILED_PRECONDITION if it is broken
   */
  public <T> Map<String, T> read(EntryFormat<T> format) throws IOException {
    try {
      return format.parse(text(format));
    } catch (YamlProblem e) {
      throw broken(format, e);
    }
  }

  private String text(EntryFormat<?> format) throws IOException {
    try {
      return Files.readString(file(format));
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private MallardException broken(EntryFormat<?> format, YamlProblem problem) {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION, file(format) + ": " + problem.getMessage());
  }

  /**
   * Changes a file's entries. If the change throws, nothing happens.
   *
   * @throws MallardException FAILED_PRECONDITION if the file is broken
   */
  public <T> void change(EntryFormat<T> format, Change<T> change) throws IOException {
    locked(
        () -> {
          String text = text(format);
          try {
            Map<String, T> entries = new LinkedHashMap<>(format.parse(text));
            change.apply(entries);
            String changed = YamlEdit.apply(format, text, entries);
            if (!changed.equals(text) || !Files.exists(file(format))) {
              write(file(format), changed.getBytes(StandardCharsets.UTF_8));
            }
          } catch (YamlProblem e) {
            throw broken(format, e);
          }
          return true;
        });
  }

  <T> T locked(Locked<T> work) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Path file = root.resolve(LOCK);
    try (FileChannel channel = FileChannel.open(file, options, FilePermissions.ownersFile(root));
        FileLock lock = lock(channel)) {
      leaveToOwner(file);
      return work.run();
    }
  }

  /** What root has locked the folder's owner must be able to lock after it. */
  private void leaveToOwner(Path file) {
    try {
      FilePermissions.giveTo(root, file);
    } catch (IOException e) {
      // Somebody else's who may lock it, too: as good.
    }
  }

  /** Of this process, too, only one thread may have it, and the others are not made to wait. */
  private FileLock lock(FileChannel channel) throws IOException {
    for (long i = 0; i < LOCK_TRIES; i++) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
    }
    throw new IOException("somebody else is changing " + root + " and does not come to an end");
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Replaces a file, or the one that a link leads to. Whoever reads sees all of it, or the old. */
  void write(Path file, byte[] content) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file;
    Path folder = target.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            folder == null ? root : folder, ".new", ".tmp", FilePermissions.ownersFile(root));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      FilePermissions.giveTo(Files.exists(target) ? target : root, temporary);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      sync(folder == null ? root : folder);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void sync(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Not every system can; the rename is then as durable as that system makes it.
    }
  }
}
