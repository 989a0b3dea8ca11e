package dev.mallard.store;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One writing server a folder: an exclusive lock that the operating system lets go when the process
 * ends, however.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws MallardException FAILED_PRECONDITION if another server holds the folder
   */
  static FolderLock acquire(Path lockFile, Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new FolderLock(channel);
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
