package dev.mallard.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/**
 * One immutable version of a file. Its id is made of the file's modification time and length, so
 * that it is the same for a current file, the hard link that keeps it as a previous version, and a
 * file that somebody else dropped into the folder; no extra file has to be kept in step. Ids sort
 * by age.
 *
 * @param file where the bytes are now
 * @param id stable name of this version, as clients see it
 * @param modified when it was committed
 * @param length in bytes
 */
public record FileVersion(Path file, String id, Instant modified, long length) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /**
   * The version that stands at {@code file} now.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public static FileVersion of(Path file) throws IOException {
    return of(file, Files.readAttributes(file, BasicFileAttributes.class));
  }

  static FileVersion of(Path file, BasicFileAttributes attributes) {
    long micros = attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS);
    Instant modified = instantOfMicros(micros);
    long length = attributes.size();
    String id = "%s-%08x".formatted(TIME.format(modified), fingerprint(micros, length));
    return new FileVersion(file, id, modified, length);
  }

  /** 32 bits that tell files of one microsecond apart. */
  private static int fingerprint(long micros, long length) {
    long mixed = (micros * 31 + length) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32);
  }

  static FileTime fileTime(Instant instant) {
    return FileTime.from(instant);
  }

  static Instant instantOfMicros(long micros) {
    return Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS);
  }
}
