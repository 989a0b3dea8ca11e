package dev.mallard.cli.input;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Puts rows of text into vectors, batch by batch. Not thread-safe. */
final class RowBuilder implements AutoCloseable {
  private static final int BATCH_ROWS = 16_384;

  private final VectorSchemaRoot root;
  private final List<ColumnKind> kinds;
  private int rows;

  RowBuilder(List<String> names, List<ColumnKind> kinds, BufferAllocator allocator) {
    this.kinds = List.copyOf(kinds);
    this.root = VectorSchemaRoot.create(schema(names, kinds), allocator);
    root.allocateNew();
  }

  static Schema schema(List<String> names, List<ColumnKind> kinds) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      FieldType type = FieldType.nullable(kinds.get(i).type());
      fields.add(new Field(names.get(i), type, List.of()));
    }
    return new Schema(fields);
  }

  /** Sets a value of the row that is being built; null leaves it null. */
  void set(int column, @Nullable String text) {
    if (text != null) {
      FieldVector vector = root.getVector(column);
      kinds.get(column).put(vector, rows, text);
    }
  }

  /** Whether a batch is full. */
  boolean endRow() {
    return ++rows == BATCH_ROWS;
  }

  boolean isEmpty() {
    return rows == 0;
  }

  /** The rows so far; the caller closes it. */
  IpcMessage batch() {
    root.setRowCount(rows);
    IpcMessage message = BatchEncoder.encode(root);
    root.clear();
    root.allocateNew();
    rows = 0;
    return message;
  }

  @Override
  public void close() {
    root.close();
  }
}
