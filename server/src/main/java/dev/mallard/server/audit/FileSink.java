package dev.mallard.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines at the end of a file, which only its owner may read if it is made here. A file that was
 * renamed or deleted (as logrotate does) is followed by a new one, before the next lines.
 */
final class FileSink implements AuditSink {
  private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

  private final Path path;
  private final boolean isSynced;
  private @Nullable FileChannel channel;
  private @Nullable Object identity;

  /** The last line in it is only a part of one. */
  private boolean isTorn;

  private FileSink(Path path, boolean isSynced) {
    this.path = path;
    this.isSynced = isSynced;
  }

  /**
   * @param isSynced whether lines are to outlast a failure of the machine, too
   */
  static FileSink open(Path path, boolean isSynced) throws IOException {
    FileSink sink = new FileSink(path, isSynced);
    sink.current();
    return sink;
  }

  @Override
  public void write(List<String> lines) throws IOException {
    try {
      FileChannel open = current();
      StringBuilder text = new StringBuilder(isTorn ? "\n" : "");
      lines.forEach(line -> text.append(line).append('\n'));
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
      isTorn = false;
      if (isSynced) {
        open.force(false);
      }
    } catch (IOException e) {
      close(); // Another try begins anew.
      throw e;
    }
  }

  /** The file that has the name now. */
  private FileChannel current() throws IOException {
    FileChannel open = channel;
    if (open != null && Objects.equals(identity, identityNow())) {
      return open;
    }
    close();
    create();
    FileChannel opened =
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    channel = opened;
    identity = identityNow();
    isTorn = !endsWithALine();
    return opened;
  }

  private @Nullable Object identityNow() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return "none";
    }
  }

  private void create() throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (UnsupportedOperationException e) {
      Files.createFile(path); // Windows: as the folder's permissions say.
    } catch (FileAlreadyExistsException e) {
      // Somebody else was quicker, which is as good.
    }
  }

  /** Not so if a machine failed, or its disk was full, in the middle of one. */
  private boolean endsWithALine() throws IOException {
    if (!Files.isRegularFile(path) || Files.size(path) == 0 || !Files.isReadable(path)) {
      return true;
    }
    try (FileChannel read = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return read.read(last, read.size() - 1) < 1 || last.get(0) == '\n';
    }
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("the audit trail's file could not be closed", e);
      }
    }
  }
}
