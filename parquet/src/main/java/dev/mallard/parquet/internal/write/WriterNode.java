package dev.mallard.parquet.internal.write;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * A field of the schema that is written, as the encoder needs it.
 *
 * @param path the dotted name for messages
 * @param type the storage type of an extension type, the value type of a dictionary
 * @param children one for lists (for maps: the entries' struct), the fields of a struct
 * @param leaf null for nested types
 */
record WriterNode(
    String path,
    ArrowType type,
    Shape shape,
    boolean nullable,
    List<WriterNode> children,
    @Nullable LeafType leaf) {

  enum Shape {
    LEAF,
    STRUCT,
    LIST,
    LARGE_LIST,
    FIXED_SIZE_LIST
  }
}
