package dev.mallard.parquet.internal.read;

import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.RowGroup;

/** What a row takes in Arrow, as far as a footer tells. The same footer gives the same answer. */
final class RowSizeEstimate {
  /** For a string of which nothing is known but that it stands in a dictionary. */
  private static final double DICTIONARY_STRING = 16;

  private static final double NULL_BIT = 0.125;

  private static final int BATCH_BYTES = 1 << 20;

  /**
   * Of many columns a batch is larger, so that each has enough of it to be worth the turn to it.
   */
  private static final int COLUMN_BYTES = 16 << 10;

  /** With what an estimate may be wrong by, still below what is sent in one message. */
  private static final int MAX_BATCH_BYTES = 3 << 20;

  private static final int ROW_STEP = 64;
  private static final int MAX_BATCH_ROWS = 65_536;

  private RowSizeEstimate() {}

  /** See {@link ParquetFooter#batchRows}. */
  static int batchRows(ParquetFooter footer, Projection projection) {
    long bytes = (long) COLUMN_BYTES * projection.leaves().size();
    bytes = Math.max(BATCH_BYTES, Math.min(MAX_BATCH_BYTES, bytes));
    double rows = bytes / Math.max(1, bytesPerRow(footer, projection));
    int steps = (int) Math.min(MAX_BATCH_ROWS / ROW_STEP, rows / ROW_STEP);
    return Math.max(1, steps) * ROW_STEP;
  }

  static double bytesPerRow(ParquetFooter footer, Projection projection) {
    if (footer.rows() == 0) {
      return 0;
    }
    double total = 0;
    for (RowGroup group : footer.rowGroups()) {
      for (ReadNode.Leaf leaf : projection.leaves()) {
        total += bytes(leaf, group.getColumns().get(leaf.column()).getMeta_data());
      }
    }
    return total / footer.rows();
  }

  private static double bytes(ReadNode.Leaf leaf, ColumnMetaData chunk) {
    double values = chunk.getNum_values();
    double bytes = values * NULL_BIT + (leaf.depth() > 0 ? values * 4 : 0);
    DictionaryEncoding dictionary = leaf.field().getDictionary();
    if (dictionary != null) {
      return bytes + values * dictionary.getIndexType().getBitWidth() / 8;
    }
    ColumnType type = leaf.type().asTranscoded();
    if (type instanceof ColumnType.Fixed fixed) {
      return bytes + values * fixed.arrowWidth();
    }
    if (type instanceof ColumnType.Variable variable) {
      int each = variable.layout() == ColumnType.Layout.VIEWS ? 16 : 4;
      return bytes + values * each + variableBytes(chunk);
    }
    return bytes + values * NULL_BIT;
  }

  private static double variableBytes(ColumnMetaData chunk) {
    boolean known =
        chunk.isSetSize_statistics()
            && chunk.getSize_statistics().isSetUnencoded_byte_array_data_bytes();
    if (known) {
      return Math.max(0, chunk.getSize_statistics().getUnencoded_byte_array_data_bytes());
    }
    boolean dictionary = chunk.isSetDictionary_page_offset();
    double stored = Math.max(0, chunk.getTotal_uncompressed_size());
    return dictionary ? Math.max(stored, chunk.getNum_values() * DICTIONARY_STRING) : stored;
  }
}
