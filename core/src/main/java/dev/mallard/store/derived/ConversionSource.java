package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.RowRange;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One version of a dataset that can be decoded, any number of times and at several places at once.
 * Every decode cuts the same rows into the same batches. Holds nothing open; used by any thread, as
 * long as a stream that was made of it lives.
 */
public interface ConversionSource {
  Schema schema();

  /** As {@link dev.mallard.arrow.file.FileFooter#splitPoints()}. */
  long[] splitPoints();

  /**
   * Decodes rows.
   *
   * @param rows whose ends are split points or beyond the last row
   */
  BatchStream open(RowRange rows) throws IOException;
}
