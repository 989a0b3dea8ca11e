package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Which columns of a file are read, in which order, and the schema that this makes. Immutable; any
 * thread.
 */
public final class Projection {
  private final Schema schema;
  private final List<ReadNode> columns;
  private final List<ReadNode.Leaf> leaves;

  Projection(Schema schema, List<ReadNode> columns, List<ReadNode.Leaf> leaves) {
    this.schema = schema;
    this.columns = List.copyOf(columns);
    this.leaves = List.copyOf(leaves);
  }

  /** In message form. */
  public Schema schema() {
    return schema;
  }

  /** One for each field of the schema. */
  List<ReadNode> columns() {
    return columns;
  }

  /** What is read of each row group, in the order of its column chunks. */
  List<ReadNode.Leaf> leaves() {
    return leaves;
  }
}
