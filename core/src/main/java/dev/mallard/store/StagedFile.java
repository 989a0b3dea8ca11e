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

  StagedFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Open for reading and writing. */
  public FileChannel channel() {
    return channel;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next start of the server deletes it.
      LOG.warn("could not delete the temporary file {}", path, e);
    }
  }
}
