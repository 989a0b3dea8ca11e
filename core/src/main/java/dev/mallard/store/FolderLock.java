package dev.mallard.store;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One writing server a folder: an exclusive lock that the operating system lets go when the process
 * ends, however.
 */
final class FolderLock implements AutoCloseable {
  private final Path file;
  private final @Nullable Object key;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.key = key(file);
    this.channel = channel;
  }

  /** Which file it is, whatever stands at its name later; null where there is no telling. */
  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Whether the file that is locked still stands there: another server would lock that one. */
  boolean isStill() {
    try {
      return Objects.equals(key, key(file));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @throws MallardException FAILED_PRECONDITION if another server holds the folder
   */
  static FolderLock acquire(Path lockFile, Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new FolderLock(lockFile, channel);
      }
    } catch (OverlappingFileLockException e) {
      // Another server in this very process: the same answer.
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "another mallard server is writing to "
            + folder
            + "; stop it, serve another folder, or add --read-only");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
