package dev.mallard.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the engine hands results over: in shared memory where there is enough of it, else beside
 * its other files. Files have names there for a moment only. Deleted when it is closed; what a
 * server has left that was killed, by the next one.
 */
public final class ResultsFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultsFolder.class);
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "mallard-results-";
  private static final String LOCK = "lock";

  /** With less, as containers often have it, a few results would fill it. */
  private static final long ENOUGH_BYTES = 512L << 20;

  private final Path folder;
  private final FileChannel lock;

  private ResultsFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * @param otherwise where it goes if there is no shared memory
   */
  public static ResultsFolder create(Path otherwise) throws IOException {
    if (isFit()) {
      try {
        deleteLeft();
        return in(SHARED_MEMORY);
      } catch (IOException e) {
        LOG.debug("no results in shared memory", e);
      }
    }
    Files.createDirectories(otherwise);
    return in(otherwise);
  }

  private static boolean isFit() {
    try {
      return Files.isDirectory(SHARED_MEMORY)
          && Files.isWritable(SHARED_MEMORY)
          && Files.getFileStore(SHARED_MEMORY).getUsableSpace() >= ENOUGH_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /** For this user alone; held by a lock, so that others can tell it from what was left. */
  private static ResultsFolder in(Path parent) throws IOException {
    Path folder = Files.createTempDirectory(parent, PREFIX);
    FileChannel lock =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    return new ResultsFolder(folder, lock);
  }

  private static void deleteLeft() throws IOException {
    try (var folders = Files.newDirectoryStream(SHARED_MEMORY, PREFIX + "*")) {
      for (Path folder : folders) {
        if (isLeft(folder)) {
          delete(folder);
        }
      }
    }
  }

  private static boolean isLeft(Path folder) {
    Path lock = folder.resolve(LOCK);
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false; // Another user's, or this process's.
    }
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path visited, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  public Path path() {
    return folder;
  }

  @Override
  public void close() {
    try {
      delete(folder);
      lock.close();
    } catch (IOException e) {
      LOG.warn("the folder of results could not be deleted", e);
    }
  }
}
