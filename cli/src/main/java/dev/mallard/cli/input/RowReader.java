package dev.mallard.cli.input;

import dev.mallard.cli.io.Sizes;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of text, one by one. One thread at a time. */
interface RowReader extends AutoCloseable {
  /** Of the columns, in the order of each row's values. */
  List<String> names();

  /**
   * The next row, or null at the end.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if the file is not what it says,
   *     with the row
   */
  @Nullable List<@Nullable String> next() throws IOException;

  @Override
  void close() throws IOException;

  /** A row has a field for each name, or the file is not what it says. */
  static void requireAll(List<String> names, List<@Nullable String> fields, Path file, long row) {
    if (fields.size() != names.size()) {
      throw MallardException.invalid(
          "'%s': row %d has %s, the first line has %d"
              .formatted(
                  file.getFileName(), row, Sizes.count(fields.size(), "field"), names.size()));
    }
  }
}
