package dev.mallard.catalog;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Folders of Parquet files that are only what a log of their own says: a file in there may have
 * been deleted or replaced long ago. Reading them as plain files would give rows that are not
 * there.
 */
final class TableFormats {
  private TableFormats() {}

  /** Which of them a folder is; empty for all others. */
  static Optional<String> of(Path folder) {
    if (Files.isDirectory(folder.resolve("_delta_log"))) {
      return Optional.of("Delta");
    }
    if (Files.isDirectory(folder.resolve(".hoodie"))) {
      return Optional.of("Hudi");
    }
    return isIceberg(folder.resolve("metadata")) ? Optional.of("Iceberg") : Optional.empty();
  }

  private static boolean isIceberg(Path metadata) {
    if (!Files.isDirectory(metadata)) {
      return false;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(metadata)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.equals("version-hint.text")
            || name.endsWith(".metadata.json")
            || name.endsWith(".metadata.json.gz")) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return false; // What cannot be listed holds no files that could be served, either.
    }
    return false;
  }

  /** What to answer for such a folder. */
  static Source.Unusable unusable(String name, String kind) {
    return refused(name, "it is " + article(kind) + " table, whose files are not its rows", kind);
  }

  /** What to answer for a file, or a choice of files, of such a folder. */
  static Source.Unusable unusablePart(String name, String kind) {
    return refused(name, "it is a part of " + article(kind) + " table, and not its rows", kind);
  }

  private static String article(String kind) {
    return (kind.equals("Iceberg") ? "an " : "a ") + kind;
  }

  private static Source.Unusable refused(String name, String what, String kind) {
    return new Source.Unusable(
        name,
        new MallardException(
            ErrorCode.FAILED_PRECONDITION,
            "dataset '%s': %s; read it with an engine that knows %s and put the rows here"
                .formatted(name, what, kind)));
  }
}
