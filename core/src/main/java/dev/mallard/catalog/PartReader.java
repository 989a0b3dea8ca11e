package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.store.derived.QueryableFile;
import java.io.IOException;
import java.nio.file.Path;
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
   * Makes a name, in an empty folder, for a file with the columns of one file in the format that
   * the SQL engine reads. Quick: its rows may have to be made.
   */
  QueryableFile linkQueryable(Part part, Path target) throws IOException;

  /** Of such files' names, with its dot. */
  String queryableExtension();

  /** Where values that are made on the way live. */
  BufferAllocator allocator();
}
