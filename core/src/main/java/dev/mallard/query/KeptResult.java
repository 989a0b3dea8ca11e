package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import java.io.IOException;

/** All messages of a result, to be read any number of times. Thread-safe. */
interface KeptResult extends AutoCloseable {
  /** Whether parts of it can be read by themselves. */
  boolean hasParts();

  /**
   * @param range a part's, or all
   * @throws IllegalArgumentException if it does not begin and end where batches do
   * @throws java.nio.file.NoSuchFileException if it is gone
   */
  BatchStream open(RowRange range) throws IOException;

  /** Somebody wants to read it later, also if it has been read already. */
  void renew();

  /** Deletes it; who reads it goes on. */
  @Override
  void close();
}
