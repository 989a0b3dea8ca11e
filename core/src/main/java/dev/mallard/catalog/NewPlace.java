package dev.mallard.catalog;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DataFolder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where a new dataset's file would stand: is it free, and would the dataset be found there under
 * its own name? A file in a folder that is one dataset as a whole would become a part of that.
 */
record NewPlace(DataFolder folder, FolderScan scan, Formats formats) {
  /**
   * @throws MallardException FAILED_PRECONDITION for what is there already; INVALID_ARGUMENT for a
   *     name that makes a dataset of its folder
   */
  void require(DatasetName name, String file) {
    Path path = folder.locate(file);
    if (Files.isDirectory(path)) {
      throw taken(name, "there is a folder of that name");
    }
    String[] segments = file.split("/");
    Path at = folder.root();
    for (int i = 0; i < segments.length - 1; i++) {
      at = at.resolve(segments[i]);
      requirePlainName(name, segments[i]);
      requirePlainFolder(name, segments[i], at);
    }
    if (segments.length > 1 && formats.isFolderPart(segments[segments.length - 1])) {
      throw MallardException.invalid(
          "dataset name '"
              + name
              + "' would make one dataset of all files in its folder, because 'part-…' is how such"
              + " folders are written; choose another name");
    }
  }

  private void requirePlainName(DatasetName name, String segment) {
    boolean partition = segment.indexOf('=') > 0;
    if (partition || formats.namesFolder(segment)) {
      throw MallardException.invalid(
          "dataset name '"
              + name
              + "' has '"
              + segment
              + "' before its last segment, which would make one dataset of a whole folder; choose another name");
    }
  }

  private void requirePlainFolder(DatasetName name, String segment, Path at) {
    if (Files.isDirectory(at)) {
      if (scan.isWhole(at)) {
        throw taken(name, "folder '" + segment + "' is one dataset as a whole");
      }
    } else if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
      throw taken(name, "'" + segment + "' is not a folder");
    }
  }

  private static MallardException taken(DatasetName name, String why) {
    return new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "dataset '" + name + "' cannot be put: " + why + "; choose another name");
  }
}
