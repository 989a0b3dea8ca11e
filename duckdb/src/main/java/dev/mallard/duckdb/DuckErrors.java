package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlDataset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DuckDB's errors in our words where it speaks of the server, and in its own (with the caret) where
 * it speaks of the user's SQL.
 */
final class DuckErrors {
  private static final Pattern NO_SPACE =
      Pattern.compile("No space left on device|not enough space|Disk quota exceeded");

  /** Kinds of errors whose text is not the user's. */
  private static final Set<String> OF_DISK =
      Set.of("IO", "TransactionContext", "Transaction", "FATAL", "Fatal");

  private static final Pattern KIND = Pattern.compile("^([A-Za-z][A-Za-z ]*?)(?: Error)?: ");

  private final String secretFolder;
  private final Pattern inFrame;
  private final String memoryLimit;
  private final DatasetProbe probe;
  private final Runnable onFull;

  /**
   * @param secretFolder never shown
   * @param memoryLimit as the operator set it, for messages
   * @param onFull is told whenever there was no room on disk
   */
  DuckErrors(String secretFolder, String memoryLimit, DatasetProbe probe, Runnable onFull) {
    this.onFull = onFull;
    this.probe = probe;
    this.secretFolder = secretFolder;
    this.inFrame = Pattern.compile(Pattern.quote(secretFolder) + "([^\n│]*)(?=│)");
    this.memoryLimit = memoryLimit;
  }

  /**
   * @param error from DuckDB: its message begins with the kind of error
   */
  MallardException translate(Throwable error) {
    return translate(
        error, error instanceof BindingException binding ? binding.datasets() : List.of());
  }

  /**
   * @param error from DuckDB: its message begins with the kind of error
   * @param datasets what was read when it came
   */
  MallardException translate(Throwable error, List<SqlDataset> datasets) {
    if (error instanceof MallardException known) {
      return known;
    }
    String text = text(error);
    Optional<MallardException> unavailable = UnavailableColumns.problem(text, error);
    if (unavailable.isPresent()) {
      return unavailable.get();
    }
    Matcher matcher = KIND.matcher(text);
    String kind = matcher.find() ? matcher.group(1) : "";
    if (OF_DISK.contains(kind) && NO_SPACE.matcher(text).find()) {
      return diskFull(error);
    }
    return switch (kind) {
      case "INTERRUPT", "Interrupt" ->
          new MallardException(ErrorCode.CANCELLED, "the statement was cancelled", error);
      case "Out of Memory" -> outOfMemory(error);
      case "INTERNAL" ->
          FileErrors.unusable(error, datasets.stream().filter(probe::fails).toList())
              .orElseGet(() -> translate(kind, text, error));
      default ->
          FileErrors.of(kind, text, error, datasets).orElseGet(() -> translate(kind, text, error));
    };
  }

  /** Of the statement, not of a file. */
  private MallardException translate(String kind, String text, Throwable error) {
    return switch (kind) {
      case "Parser",
          "Syntax",
          "Binder",
          "Conversion",
          "Invalid Input",
          "Invalid Type",
          "Mismatch Type",
          "Out of Range",
          "Divide by Zero",
          "Parameter Not Resolved",
          "Parameter Not Allowed",
          "Expression",
          "Invalid",
          "Invalid Configuration",
          "Dependency",
          "Sequence" ->
          new MallardException(ErrorCode.INVALID_ARGUMENT, clean(text), error);
      case "Catalog" -> catalog(text, error);
      case "Constraint" -> new MallardException(ErrorCode.FAILED_PRECONDITION, clean(text), error);
      case "Permission" ->
          new MallardException(
              ErrorCode.PERMISSION_DENIED,
              "SQL: files cannot be reached from here; upload the data as a dataset, or ask the operator for"
                  + " --allow-file-access",
              error);
      case "Not implemented", "Not Implemented" ->
          new MallardException(ErrorCode.UNIMPLEMENTED, clean(text), error);
      case "TransactionContext", "Transaction" -> transaction(text, error);
      case "IO" ->
          new MallardException(
              ErrorCode.UNAVAILABLE,
              "SQL: a file of the server could not be read or written; try again",
              error);
      default -> new MallardException(ErrorCode.INTERNAL, "SQL: the engine failed", error);
    };
  }

  private MallardException diskFull(Throwable error) {
    onFull.run();
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "SQL: the server's disk is full, or nearly so, and the statement was undone; change less, or free some"
            + " space (drop tables or datasets) and try again",
        error);
  }

  private MallardException outOfMemory(Throwable error) {
    return new MallardException(
        ErrorCode.RESOURCE_EXHAUSTED,
        "SQL: the statement needs more memory or temporary disk than it may have (--memory-limit "
            + memoryLimit
            + ", --temp-limit); select less, or ask the operator for more",
        error);
  }

  private MallardException transaction(String text, Throwable error) {
    String message =
        isAborted(error)
            ? "SQL: the transaction failed at an earlier error; roll it back and begin another"
            : clean(text);
    return new MallardException(ErrorCode.FAILED_PRECONDITION, message, error);
  }

  /** Whether something has failed before in its transaction. */
  static boolean isAborted(Throwable error) {
    return text(error).contains("is aborted");
  }

  private MallardException catalog(String text, Throwable error) {
    if (text.contains("already exists")) {
      return new MallardException(ErrorCode.ALREADY_EXISTS, clean(text), error);
    }
    return new MallardException(ErrorCode.INVALID_ARGUMENT, clean(text), error);
  }

  /**
   * Whether a name was not found, or a view no longer fits its file: then there may be a dataset
   * that has no view yet, or another version.
   */
  static boolean mayWantView(Throwable error) {
    String text = text(error);
    return isUnknownName(text)
        || text.contains("Contents of view were altered")
        || text.startsWith("IO Error");
  }

  /** Whether it is about types that do not fit together. */
  static boolean isOfTypes(Throwable error) {
    String text = text(error);
    return text.startsWith("Binder Error")
        || text.startsWith("Conversion Error")
        || text.startsWith("Invalid Input Error");
  }

  private static boolean isUnknownName(String text) {
    return text.contains("does not exist")
        || text.contains("not found")
        || text.startsWith("Permission Error");
  }

  /** Whether this very name, of a table or its schema, was not found. */
  static boolean isUnknownName(Throwable error, DatasetTable name) {
    String text = text(error);
    String what = text.lines().findFirst().orElse("").toLowerCase(Locale.ROOT);
    return isUnknownName(text)
        && (what.contains(name.table().toLowerCase(Locale.ROOT))
            || what.contains(name.schema().toLowerCase(Locale.ROOT)));
  }

  /** DuckDB's message; the C data interface wraps it. */
  static String text(Throwable error) {
    String text = String.valueOf(error.getMessage());
    int wrapped = text.indexOf(", message=");
    if (wrapped >= 0 && text.endsWith("}")) {
      text = text.substring(wrapped + ", message=".length(), text.length() - 1);
    }
    return text;
  }

  String clean(String text) {
    return text.replace(secretFolder, "…");
  }

  /** A plan's text; the frames of its boxes stay in line. */
  String cleanPlan(String text) {
    String padding = " ".repeat(secretFolder.length() - 1);
    return clean(inFrame.matcher(text).replaceAll("…$1" + padding));
  }
}
