package dev.mallard.cli.statement;

import dev.mallard.cli.output.RowSink;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Where a statement's result goes. One thread at a time. */
public interface ResultPlace {
  /**
   * Begins to take a result. The sink stays the place's, which finishes and closes it.
   *
   * @param schema in message form
   */
  RowSink begin(Schema schema, BufferAllocator allocator) throws IOException;

  /** All rows are in the sink. */
  default void arrived() throws IOException {}

  /** Is told of each batch that arrives. */
  default void received(long bytes, long rows) {}

  /**
   * Whether a statement that is no query leaves its one number here, too. Otherwise it is only
   * counted.
   */
  default boolean takesCounts() {
    return false;
  }
}
