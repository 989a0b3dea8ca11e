package dev.mallard.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A new file that nobody sees until it is published. Closing it before that deletes it. One thread
 * at a time.
 */
public final class StagedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);

  private final Path path;
  private final FileChannel channel;
  private final WriteBack writeBack;

  StagedFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    this.writeBack = new WriteBack(channel);
  }

  /** Open for reading and writing. */
  public FileChannel channel() {
    return channel;
  }

  /** To be called now and then while it grows, so that {@link #sync} has little left to do. */
  public void grown() throws IOException {
    writeBack.reached(channel.position());
  }

  /** Waits until all of it is on the disk. */
  void sync() throws IOException {
    writeBack.await();
    writeBack.throwFailure();
    channel.force(true);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    writeBack.await();
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next start of the server deletes it.
      LOG.warn("could not delete the temporary file {}", path, e);
    }
  }
}
