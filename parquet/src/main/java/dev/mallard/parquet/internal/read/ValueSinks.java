package dev.mallard.parquet.internal.read;

import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Chooses the sink for a column. */
final class ValueSinks {
  private ValueSinks() {}

  /**
   * @param dictionary the file's dictionary of a dictionary-encoded column, else null
   */
  static ValueSink of(
      ReadNode.Leaf leaf,
      @Nullable FileDictionary dictionary,
      HeapBudget heap,
      BufferAllocator allocator) {
    PageTranscoder transcoder = new PageTranscoder(leaf.physicalWidth(), heap);
    int decimalWidth =
        leaf.type() instanceof ColumnType.VariableDecimal decimal ? decimal.arrowWidth() : 0;
    ColumnType type = leaf.type().asTranscoded();
    if (dictionary != null) {
      int bits = Objects.requireNonNull(leaf.field().getDictionary()).getIndexType().getBitWidth();
      return new DictionarySink(type, dictionary, bits / 8, allocator, transcoder, decimalWidth);
    }
    if (type instanceof ColumnType.Fixed fixed) {
      return new FixedSink(fixed, allocator, transcoder, decimalWidth);
    }
    if (type instanceof ColumnType.Variable variable) {
      return new VariableSink(variable.layout(), allocator, transcoder);
    }
    return type instanceof ColumnType.Bool
        ? new BoolSink(allocator, transcoder)
        : new NullSink(allocator, transcoder);
  }
}
