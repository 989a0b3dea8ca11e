package dev.mallard.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * All that one look at a file's entry tells about its content without reading it. Nobody can set
 * the time of the last change ({@code ctime}): whatever is done to the file gives it another stamp,
 * also if its modification time is put back afterwards.
 *
 * @param key which file it is, whatever it is called
 * @param modifiedNanos since the epoch
 * @param changedNanos since the epoch; of content, attributes or names
 */
record FileStamp(Object key, long modifiedNanos, long changedNanos, long length) {
  static final boolean UNIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  /** Where the file system has them. */
  static final String ATTRIBUTES = "unix:fileKey,lastModifiedTime,ctime,size";

  /** File systems count time in ticks of some milliseconds; two changes may be in one. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  static FileStamp of(Path file) throws IOException {
    return UNIX
        ? ofUnix(Files.readAttributes(file, ATTRIBUTES))
        : ofBasic(file, Files.readAttributes(file, BasicFileAttributes.class));
  }

  /** Of what was asked for with {@link #ATTRIBUTES}. */
  static FileStamp ofUnix(Map<String, Object> found) {
    return new FileStamp(
        required(found, "fileKey"),
        nanos(required(found, "lastModifiedTime")),
        nanos(required(found, "ctime")),
        (Long) required(found, "size"));
  }

  /** There is no such time as ctime: a name and a modification time are all there is to go by. */
  static FileStamp ofBasic(Path file, BasicFileAttributes found) {
    long modified = found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    return new FileStamp(file, modified, modified, found.size());
  }

  private static Object required(Map<String, Object> found, String attribute) {
    return Objects.requireNonNull(found.get(attribute), attribute);
  }

  private static long nanos(Object time) {
    return ((FileTime) time).to(TimeUnit.NANOSECONDS);
  }

  /** Whether any change from now on gives another stamp. */
  boolean isSettled() {
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    return changedNanos < now - TICK_NANOS;
  }
}
