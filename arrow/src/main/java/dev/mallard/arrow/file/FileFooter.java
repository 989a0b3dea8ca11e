package dev.mallard.arrow.file;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a file says about itself without its data being read. Immutable, holds no file open, may be
 * cached for as long as the file's version lives. Each format has its own implementation with what
 * its reader needs.
 */
public interface FileFooter {
  /**
   * The exact Arrow schema, in the form of a Schema message (value types for dictionary-encoded
   * fields).
   */
  Schema schema();

  long rows();

  /**
   * Bytes of the record and dictionary batches (headers and bodies) as they are sent uncompressed,
   * or −1 if unknown.
   */
  long arrowBytes();

  /**
   * Row counts at which a reader may start without skipping, ascending, beginning with 0 and ending
   * with {@link #rows()}: batch starts of a Feather file, row group starts of a Parquet file.
   */
  long[] splitPoints();

  /** What {@link BatchWriter#finish} was given: the keys that begin with {@code mallard:}. */
  Map<String, String> properties();

  /** What keeping it costs in Java's heap, about: for caches. */
  default long heapBytes() {
    return 1000 + 800L * fields(schema().getFields()) + 8L * splitPoints().length;
  }

  private static long fields(List<Field> fields) {
    return fields.stream().mapToLong(field -> 1 + fields(field.getChildren())).sum();
  }
}
