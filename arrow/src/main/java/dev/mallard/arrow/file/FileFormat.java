package dev.mallard.arrow.file;

import dev.mallard.arrow.BatchStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A file format that datasets are stored in. Implementations keep no state between calls and may be
 * used by any thread. None of them opens, names, syncs or deletes a file: that is the store's
 * business.
 */
public interface FileFormat {
  /** In lower case, as shown to people: {@code parquet}, {@code feather}. */
  String name();

  /** File name extensions with their dot, the one for new files first. */
  List<String> extensions();

  /** Whether reading a file takes so much computing that it is worth keeping the result. */
  boolean isCostlyToRead();

  /**
   * Whether the SQL engine reads such files as they are. Of all formats that a server has, one is;
   * files of the others are converted to it.
   */
  default boolean isQueryable() {
    return false;
  }

  /**
   * Whether other programs write tables as folders of such files, so that a folder of them may be
   * one dataset.
   */
  default boolean makesFolders() {
    return false;
  }

  /**
   * Refuses a schema that this format cannot carry exactly.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT, naming the column, its type and
   *     what to do
   */
  void checkStorable(Schema schema);

  /**
   * Reads what the file says about itself.
   *
   * @throws dev.mallard.error.MallardException DATA_LOSS if the file is not of this format, is cut
   *     short or damaged
   */
  FileFooter readFooter(FileChannel file) throws IOException;

  /**
   * Streams rows of the file. The stream takes over {@code file} and closes it.
   *
   * @param rows a range whose ends are split points of the footer or beyond its last row
   */
  BatchStream read(FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException;

  /**
   * A writer for a new, empty file, or for a stream that has the form of one: {@code target} is
   * only appended to. The writer does not close it.
   */
  BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException;

  /**
   * Writes to {@code target} a file that holds the rows of {@code base} and then those of {@code
   * addition}, without decoding either where the format allows it. The schema is that of {@code
   * base}.
   *
   * @param properties as in {@link BatchWriter#finish}
   */
  WrittenFile concatenate(
      FileChannel base,
      FileFooter baseFooter,
      FileChannel addition,
      FileFooter additionFooter,
      FileChannel target,
      Map<String, String> properties,
      BufferAllocator allocator)
      throws IOException;
}
