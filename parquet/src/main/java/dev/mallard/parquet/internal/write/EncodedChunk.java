package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.FullWrites;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;

/**
 * A column chunk, ready to be written: the pages, and the metadata but for where in the file they
 * will be. Whoever holds it closes it.
 */
final class EncodedChunk implements AutoCloseable {
  private final OffHeapBuffer dictionaryPage;
  private final OffHeapBuffer dataPages;
  private final ColumnMetaData metadata;

  /** Takes over both buffers. */
  EncodedChunk(OffHeapBuffer dictionaryPage, OffHeapBuffer dataPages, ColumnMetaData metadata) {
    this.dictionaryPage = dictionaryPage;
    this.dataPages = dataPages;
    this.metadata = metadata;
  }

  long size() {
    return dictionaryPage.size() + dataPages.size();
  }

  /** Appends the pages to {@code out}, whose end is at {@code offset}. */
  ColumnChunk writeTo(WritableByteChannel out, long offset) throws IOException {
    FullWrites.write(out, dictionaryPage.content());
    FullWrites.write(out, dataPages.content());
    if (dictionaryPage.size() > 0) {
      metadata.setDictionary_page_offset(offset);
    }
    metadata.setData_page_offset(offset + dictionaryPage.size());
    // The specification deprecates file_offset and asks for 0.
    return new ColumnChunk(0).setMeta_data(metadata);
  }

  @Override
  public void close() {
    dictionaryPage.close();
    dataPages.close();
  }
}
