package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SqlDataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells errors of a dataset's file from those of a statement: DuckDB throws them by the same kinds,
 * and often without a word of which file it was.
 */
final class FileErrors {
  /** Kinds that a statement over intact files does not lead to. */
  private static final Set<String> OF_FILES =
      Set.of("Data Corruption", "Invalid", "Serialization", "IO");

  private static final Pattern OF_PARQUET =
      Pattern.compile(
          "Failed to read file|Parquet metadata is corrupt|Invalid string encoding found in Parquet"
              + "|No magic bytes|File .*is encrypted|Partially shredded|Geoparquet column");

  /** What the engine's own disk has to do with, and no dataset. */
  private static final Pattern OF_WRITING =
      Pattern.compile("write|space left|temporary|tables\\.duckdb", Pattern.CASE_INSENSITIVE);

  /** What an intact file may have and the engine cannot read. */
  private static final Pattern UNSUPPORTED =
      Pattern.compile(
          "variant|shredded|encrypt|supported|implemented|geoparquet|MAP_KEY_VALUE",
          Pattern.CASE_INSENSITIVE);

  private FileErrors() {}

  /**
   * @param kind of DuckDB's error
   * @param text all of it
   * @param datasets what the statement reads
   * @return empty if it is not a file's
   */
  static Optional<MallardException> of(
      String kind, String text, Throwable error, List<SqlDataset> datasets) {
    if (datasets.isEmpty()) {
      return Optional.empty();
    }
    List<SqlDataset> changed = datasets.stream().filter(dataset -> !dataset.isIntact()).toList();
    if (!changed.isEmpty()) {
      return Optional.of(
          new MallardException(
              ErrorCode.DATA_LOSS,
              names(changed)
                  + ": somebody has written into the file since it was opened; put the dataset again, or"
                  + " replace the file by renaming another to its name",
              error));
    }
    List<SqlDataset> named = datasets.stream().filter(dataset -> isNamed(dataset, text)).toList();
    if (named.isEmpty() && !isOfFiles(kind, text)) {
      return Optional.empty();
    }
    return Optional.of(problem(names(named.isEmpty() ? datasets : named), text, error));
  }

  /** Of an error that came when nothing but a dataset's columns were looked for. */
  static MallardException unusable(String text, Throwable error, SqlDataset dataset) {
    return of("IO", text, error, List.of(dataset))
        .orElseGet(() -> problem(names(List.of(dataset)), text, error));
  }

  /**
   * @param datasets those for which the engine fails at all
   * @return empty if there are none
   */
  static Optional<MallardException> unusable(Throwable error, List<SqlDataset> datasets) {
    return datasets.isEmpty() ? Optional.empty() : Optional.of(unsupported(names(datasets), error));
  }

  private static boolean isOfFiles(String kind, String text) {
    if (kind.equals("Invalid Input")) {
      return OF_PARQUET.matcher(text).find();
    }
    return OF_FILES.contains(kind) && !OF_WRITING.matcher(text).find();
  }

  private static boolean isNamed(SqlDataset dataset, String text) {
    return dataset.files().stream().map(Path::toString).anyMatch(text::contains);
  }

  private static MallardException problem(String who, String text, Throwable error) {
    return UNSUPPORTED.matcher(text).find()
        ? unsupported(who, error)
        : new MallardException(
            ErrorCode.DATA_LOSS,
            who + ": the file is damaged; replace it with an intact one",
            error);
  }

  private static MallardException unsupported(String who, Throwable error) {
    return new MallardException(
        ErrorCode.UNIMPLEMENTED,
        who + ": DuckDB cannot read what is in the file; get the dataset by its name, without SQL",
        error);
  }

  private static String names(List<SqlDataset> datasets) {
    String names =
        datasets.stream()
            .map(dataset -> "'" + dataset.name().dataset() + "'")
            .distinct()
            .collect(Collectors.joining(" or "));
    return "dataset " + names;
  }
}
