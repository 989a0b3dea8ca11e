package dev.mallard.signin.openid;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Keys in a file, which is read as a whole each time: it is small, and that misses no change. */
final class FileKeys implements KeySource {
  /** No file of a hundred keys is that large. */
  private static final int MAX_BYTES = 1 << 20;

  private final Path file;

  FileKeys(Path file) {
    this.file = file;
  }

  @Override
  public KeySet read() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is not there, or no file");
    }
    try (InputStream content = Files.newInputStream(file)) {
      byte[] bytes = content.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("%s is larger than %d bytes".formatted(file, MAX_BYTES));
      }
      return KeySet.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (FileSystemException e) {
      throw new IOException(file + " cannot be read", e);
    }
  }

  @Override
  public Duration interval() {
    return Duration.ZERO;
  }

  /** It is the operator's own: a slip of the hand is to lock nobody out. */
  @Override
  public Duration patience() {
    return Duration.ofDays(36_500);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
