package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFormat;
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
    if (channel == null && folder != null) {
      channel = openIfUnchanged(folder.find(file, version.id()).file());
    }
    if (channel == null) {
      throw gone();
    }
    return channel;
  }

  private MallardException gone() {
    return MallardException.notFound(
        "version '"
            + version.id()
            + "' of '"
            + file
            + "' is gone; ask for the dataset's FlightInfo again");
  }

  /**
   * Makes a name for exactly this version that stays its own whatever becomes of the file: a hard
   * link, or a symbolic one where that cannot be.
   *
   * @throws MallardException NOT_FOUND if it is gone
   */
  void link(Path target) throws IOException {
    if (linkIfUnchanged(version.file(), target)
        || (folder != null && linkIfUnchanged(folder.find(file, version.id()).file(), target))) {
      return;
    }
    throw gone();
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
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    }
    boolean unchanged = false;
    try {
      unchanged =
          FileVersion.of(path).id().equals(version.id()) && channel.size() == version.length();
    } catch (NoSuchFileException e) {
      // Dropped or moved since: the caller looks where to.
    } finally {
      if (!unchanged) {
        channel.close();
      }
    }
    return unchanged ? channel : null;
  }
}
