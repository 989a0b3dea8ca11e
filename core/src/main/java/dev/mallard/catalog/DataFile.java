package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import dev.mallard.store.FileVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of one file of a dataset.
 *
 * @param folder the data folder that the file belongs to, or null for a file from elsewhere (a
 *     {@code --dataset})
 * @param file its name in the folder, or how to call it in messages
 */
record DataFile(@Nullable DataFolder folder, String file, FileVersion version, FileFormat format) {

  /**
   * Opens exactly this version, wherever it has moved in the meantime.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  FileChannel open() throws IOException {
    FileChannel channel = openIfUnchanged(version.file());
    Path moved = channel == null ? moved() : null;
    if (moved != null) {
      channel = openIfUnchanged(moved);
    }
    if (channel == null) {
      throw gone(file, version.id());
    }
    return channel;
  }

  /** Where this version is now, if it is not where it was; null if nowhere. */
  private @Nullable Path moved() throws IOException {
    FileVersion found = folder == null ? null : folder.find(file, version.id());
    return found == null ? null : found.file();
  }

  static MallardException gone(String name, String version) {
    return MallardException.notFound(
        "version '"
            + version
            + "' of '"
            + name
            + "' is gone; ask for the dataset's FlightInfo again");
  }

  /**
   * Makes a name for exactly this version that stays its own whatever becomes of the file: a hard
   * link, or a symbolic one where that cannot be.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  void link(Path target) throws IOException {
    if (linkIfUnchanged(version.file(), target)) {
      return;
    }
    Path moved = moved();
    if (moved == null || !linkIfUnchanged(moved, target)) {
      throw gone(file, version.id());
    }
  }

  private boolean linkIfUnchanged(Path source, Path target) throws IOException {
    try {
      createLink(source, target);
      if (FileVersion.of(target).id().equals(version.id())) {
        return true;
      }
    } catch (NoSuchFileException e) {
      // Dropped or moved since: the caller looks where to.
    }
    Files.deleteIfExists(target);
    return false;
  }

  private static void createLink(Path source, Path target) throws IOException {
    try {
      Files.createLink(target, source);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (e instanceof NoSuchFileException missing) {
        throw missing;
      }
      Files.createSymbolicLink(target, source.toAbsolutePath());
    }
  }

  /**
   * What was opened is this version if it still stands there: versions only ever go, but for a
   * restore.
   */
  private @Nullable FileChannel openIfUnchanged(Path path) throws IOException {
    try (Closer unlessUnchanged = new Closer()) {
      FileChannel channel = unlessUnchanged.add(FileChannel.open(path, StandardOpenOption.READ));
      if (FileVersion.of(path).id().equals(version.id()) && channel.size() == version.length()) {
        unlessUnchanged.release();
        return channel;
      }
    } catch (NoSuchFileException e) {
      // Dropped or moved since: the caller looks where to.
    }
    return null;
  }
}
