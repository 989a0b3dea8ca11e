package dev.mallard.parquet.internal.write;

import org.apache.arrow.memory.BufferAllocator;

/** What one worker needs to encode columns one after the other. Used by one thread at a time. */
final class EncoderScratch implements AutoCloseable {
  private final WriterSettings options;
  private final PageWriter pages;
  private final ByteSink bytes = new ByteSink();
  private final LongPageValues longs = new LongPageValues();
  private final BooleanPageValues booleans = new BooleanPageValues();
  private final BytePageValues byteStrings;

  EncoderScratch(WriterSettings options, BufferAllocator allocator) {
    this.options = options;
    pages = new PageWriter(allocator, options.zstdLevel());
    byteStrings = new BytePageValues(allocator);
  }

  WriterSettings options() {
    return options;
  }

  PageWriter pages() {
    return pages;
  }

  ByteSink bytes() {
    return bytes;
  }

  PageValues values(WriterColumn column) {
    return switch (column.type().physical()) {
      case BOOLEAN -> booleans;
      case INT32, INT64, FLOAT, DOUBLE -> longs;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> byteStrings;
      case INT96 -> throw new IllegalArgumentException("INT96 is not written");
    };
  }

  @Override
  public void close() {
    pages.close();
    byteStrings.close();
  }
}
