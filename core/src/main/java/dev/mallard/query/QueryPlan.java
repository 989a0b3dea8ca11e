package dev.mallard.query;

import dev.mallard.arrow.file.RowRange;
import java.time.Instant;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a client is told about a result before it reads it.
 *
 * @param schema of the result, in message form
 * @param spooled where the result lies if the statement has run already; null if it runs when it is
 *     read
 */
public record QueryPlan(Schema schema, @Nullable Spooled spooled) {

  /**
   * A result that lies on disk (or in memory, if it is small) for a while.
   *
   * @param id to read, renew and release it with
   * @param rows of all of it
   * @param bytes of its Arrow messages
   * @param parts ordered, together all rows
   * @param until when it is forgotten unless it is renewed
   */
  public record Spooled(String id, long rows, long bytes, List<Part> parts, Instant until) {}

  /** A range of rows that can be read by itself. */
  public record Part(RowRange range, long bytes) {}
}
