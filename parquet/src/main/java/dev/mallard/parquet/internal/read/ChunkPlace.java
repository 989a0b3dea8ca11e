package dev.mallard.parquet.internal.read;

import org.apache.parquet.format.ColumnMetaData;

/** Where a column chunk lies in the file. */
final class ChunkPlace {
  private ChunkPlace() {}

  /** The dictionary page comes first if there is one; some old writers leave its offset 0. */
  static long start(ColumnMetaData chunk) {
    long data = chunk.getData_page_offset();
    if (!chunk.isSetDictionary_page_offset()) {
      return data;
    }
    long dictionary = chunk.getDictionary_page_offset();
    return dictionary > 0 && dictionary < data ? dictionary : data;
  }

  /**
   * @param dataEnd where the footer begins
   */
  static boolean isWithin(ColumnMetaData chunk, long dataEnd) {
    long start = start(chunk);
    long length = chunk.getTotal_compressed_size();
    return start >= 4 && length >= 0 && start <= dataEnd && length <= dataEnd - start;
  }
}
