package dev.mallard.signin.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is seen to be another one, or to have changed, without reading it.
 *
 * @param changed when its content or its permissions last changed, by the file system's own clock;
 *     its modification time where there is no such thing
 */
record FileStamp(@Nullable Object identity, FileTime modified, FileTime changed, long size) {
  /** A file may change again within a tick of its clock, and seem the same. */
  private static final Duration TICK = Duration.ofSeconds(3);

  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    FileTime modified = attributes.lastModifiedTime();
    return new FileStamp(
        attributes.fileKey(), modified, changed(file, modified), attributes.size());
  }

  private static FileTime changed(Path file, FileTime otherwise) throws IOException {
    try {
      return (FileTime) Files.getAttribute(file, "unix:ctime");
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return otherwise;
    }
  }

  /** Whether the same stamp means the same content. */
  boolean isOldAt(Instant now) {
    return changed.toInstant().isBefore(now.minus(TICK));
  }
}
