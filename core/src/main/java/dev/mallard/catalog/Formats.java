package dev.mallard.catalog;

import dev.mallard.arrow.file.FileFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats a server knows; the first is what a name without an extension means. */
public record Formats(List<FileFormat> all) {
  public Formats {
    all = List.copyOf(all);
  }

  public FileFormat preferred() {
    return all.get(0);
  }

  /** The format that a file's extension names. */
  public Optional<FileFormat> of(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    for (FileFormat format : all) {
      for (String extension : format.extensions()) {
        if (lower.endsWith(extension)) {
          return Optional.of(format);
        }
      }
    }
    return Optional.empty();
  }

  /** The name without the extension of a format, if it has one. */
  public String stripExtension(String fileName) {
    String lower = fileName.toLowerCase(Locale.ROOT);
    for (FileFormat format : all) {
      for (String extension : format.extensions()) {
        if (lower.endsWith(extension)) {
          return fileName.substring(0, fileName.length() - extension.length());
        }
      }
    }
    return fileName;
  }

  /** The one that the SQL engine reads as it is; others are converted to it. */
  public FileFormat queryable() {
    return all.stream()
        .filter(FileFormat::isQueryable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no format is queryable"));
  }

  /** Whether a folder of this name is one dataset: {@code x.parquet/}. */
  boolean namesFolder(String folderName) {
    return of(folderName).filter(FileFormat::makesFolders).isPresent();
  }

  /** Whether a file of this name makes one dataset of its folder: {@code part-0000.parquet}. */
  boolean isFolderPart(String fileName) {
    return fileName.startsWith("part-") && namesFolder(fileName);
  }

  /** For messages: {@code Parquet or Feather}. */
  String names() {
    return all.stream()
        .map(
            format ->
                format.name().substring(0, 1).toUpperCase(Locale.ROOT) + format.name().substring(1))
        .collect(java.util.stream.Collectors.joining(" or "));
  }
}
