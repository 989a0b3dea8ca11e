package dev.mallard.cli.input;

import java.io.IOException;
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
}
