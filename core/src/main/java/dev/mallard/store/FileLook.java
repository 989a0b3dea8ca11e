package dev.mallard.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one look at an entry of a folder has told: what it is and, without another look, which
 * version of a file it was. Immutable.
 */
public final class FileLook {
  /** What an entry is. */
  public enum Kind {
    FILE,
    FOLDER,
    LINK,
    OTHER
  }

  private static final String ATTRIBUTES = FileStamp.ATTRIBUTES + ",mode";
  private static final int KIND_OF_MODE = 0170000;
  private static final int FILE_MODE = 0100000;
  private static final int FOLDER_MODE = 0040000;
  private static final int LINK_MODE = 0120000;

  /** What was seen so long ago is looked at anew. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Path path;
  private final Kind kind;
  private final @Nullable FileStamp stamp;
  private final long seen = System.nanoTime();

  private FileLook(Path path, Kind kind, @Nullable FileStamp stamp) {
    this.path = path;
    this.kind = kind;
    this.stamp = stamp;
  }

  /** At the entry itself; one that is gone is of no known kind. */
  public static FileLook at(Path entry) {
    return at(entry, LinkOption.NOFOLLOW_LINKS);
  }

  /** At what a link leads to. */
  public static FileLook behind(Path link) {
    return at(link, new LinkOption[0]);
  }

  private static FileLook at(Path entry, LinkOption... options) {
    try {
      if (FileStamp.UNIX) {
        Map<String, Object> found = Files.readAttributes(entry, ATTRIBUTES, options);
        int mode = found.get("mode") instanceof Integer known ? known : 0;
        return new FileLook(entry, kind(mode), FileStamp.ofUnix(found));
      }
      BasicFileAttributes found = Files.readAttributes(entry, BasicFileAttributes.class, options);
      return new FileLook(entry, kind(found), FileStamp.ofBasic(entry, found));
    } catch (IOException e) {
      return new FileLook(entry, Kind.OTHER, null); // Gone since it was listed.
    }
  }

  private static Kind kind(int mode) {
    return switch (mode & KIND_OF_MODE) {
      case FILE_MODE -> Kind.FILE;
      case FOLDER_MODE -> Kind.FOLDER;
      case LINK_MODE -> Kind.LINK;
      default -> Kind.OTHER;
    };
  }

  private static Kind kind(BasicFileAttributes found) {
    return found.isRegularFile()
        ? Kind.FILE
        : found.isDirectory() ? Kind.FOLDER : found.isSymbolicLink() ? Kind.LINK : Kind.OTHER;
  }

  /** Of looks that have seen the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FileLook look
        && path.equals(look.path)
        && kind == look.kind
        && Objects.equals(stamp, look.stamp);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, kind, stamp);
  }

  public Kind kind() {
    return kind;
  }

  /** Whether it was just now: what is told of it is still true for whoever asks now. */
  public boolean isFresh() {
    return System.nanoTime() - seen < FRESH_NANOS;
  }

  /** Whether the file looks otherwise after any change from now on. */
  public boolean isSettled() {
    return stamp != null && stamp.isSettled();
  }

  /**
   * The version of the file that was seen.
   *
   * @throws IOException if it had to be read for that, and cannot be; also if it was no file
   */
  public FileVersion version() throws IOException {
    if (stamp == null || kind != Kind.FILE) {
      throw new NoSuchFileException(path.toString());
    }
    return FileVersion.of(path, stamp);
  }
}
