package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.store.derived.ParquetForms;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Opens the rows of one file: straight from it, or by way of a derived form that is quicker to
 * read.
 */
interface PartReader {
  /**
   * @param rows as in {@link dev.mallard.arrow.file.FileFormat#read}
   */
  BatchStream read(Part part, RowRange rows) throws IOException;

  /**
   * As {@link dev.mallard.arrow.file.FileFooter#arrowBytes()}, or better if a derived form knows.
   */
  long arrowBytes(Part part);

  /**
   * As {@link #arrowBytes}, but reads a small file once to find out; −1 only for a large one that
   * nobody has read yet.
   */
  long measuredArrowBytes(Part part) throws IOException;

  /**
   * Makes a name, in an empty folder, for a file with the rows of one file in the format that the
   * SQL engine reads.
   *
   * @return what keeps the derived form whose name it is; empty if it is the file's own
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if that cannot carry a column
   */
  Optional<ParquetForms.Link> linkQueryable(Part part, Path target) throws IOException;

  /** Of such files' names, with its dot. */
  String queryableExtension();

  /** Where values that are made on the way live. */
  BufferAllocator allocator();
}
