package dev.mallard.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * One immutable version of a file. Its id is made of the file's modification time, its length and a
 * digest of its content ({@link ContentDigest}), and of nothing else: it is the same for a current
 * file, the hard link that keeps it as a previous version, a file that somebody else dropped into
 * the folder, and a copy on another server; no extra file has to be kept in step. Ids sort by age.
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
   * The version that stands at {@code file} now. Costs a look at the file's entry, once its digest
   * is known.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  public static FileVersion of(Path file) throws IOException {
    return of(file, FileStamp.of(file));
  }

  /**
   * As {@link #of(Path)}.
   *
   * @param stamp that it has
   */
  static FileVersion of(Path file, FileStamp stamp) throws IOException {
    ContentDigest.Found found = ContentDigest.of(file, stamp);
    return new FileVersion(file, found.id(), found.modified(), found.stamp().length());
  }

  static Instant modified(FileStamp stamp) {
    return instantOfMicros(Math.floorDiv(stamp.modifiedNanos(), 1000L));
  }

  static String id(Instant modified, long digest) {
    return "%s-%016x".formatted(TIME.format(modified), digest);
  }

  /**
   * Names several files together.
   *
   * @param names of the files, in order
   * @param ids of their versions
   */
  public static String idOfAll(List<String> names, List<String> ids) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      text.append(names.get(i)).append('\0').append(ids.get(i)).append('\n');
    }
    String newest = ids.stream().max(String::compareTo).orElseThrow();
    String time = newest.substring(0, newest.lastIndexOf('-'));
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    return "%s-%016x-%d".formatted(time, XxHash64.hash(bytes, names.size()), names.size());
  }

  /** Whether this is the version that a client means, who may have an earlier release's id. */
  boolean isCalled(String otherId) {
    return otherId.equals(id) || otherId.equals(earlierId());
  }

  /** As it was before 0.2: without the content. Kept versions may still be called so. */
  private String earlierId() {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, modified);
    long mixed = (micros * 31 + length) * 0x9E3779B97F4A7C15L;
    return "%s-%08x".formatted(TIME.format(modified), (int) (mixed >>> 32));
  }

  static FileTime fileTime(Instant instant) {
    return FileTime.from(instant);
  }

  static Instant instantOfMicros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
