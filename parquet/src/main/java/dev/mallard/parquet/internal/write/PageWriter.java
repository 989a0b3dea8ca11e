package dev.mallard.parquet.internal.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;

/** Compresses pages and puts their headers before them. One thread at a time. */
final class PageWriter implements AutoCloseable {
  /** A first page that keeps more than this (in parts of 100) leaves its chunk uncompressed. */
  private static final int INCOMPRESSIBLE = 95;

  private final int level;
  private final ZstdCompressCtx zstd = new ZstdCompressCtx();
  private final OffHeapBuffer page;
  private final OffHeapBuffer compressed;
  private final ByteArrayOutputStream header = new ByteArrayOutputStream(64);
  private CompressionCodec codec = CompressionCodec.UNCOMPRESSED;
  private boolean decided;
  private long uncompressedBytes;

  PageWriter(BufferAllocator allocator, int level) {
    this.level = level;
    page = new OffHeapBuffer(allocator, 256 << 10);
    compressed = new OffHeapBuffer(allocator, 256 << 10);
    if (level > 0) {
      zstd.setLevel(level);
    }
  }

  /** Begins a column chunk. */
  void begin() {
    codec = level == 0 ? CompressionCodec.UNCOMPRESSED : CompressionCodec.ZSTD;
    decided = level == 0;
    uncompressedBytes = 0;
  }

  CompressionCodec codec() {
    return codec;
  }

  /** Bytes of the chunk so far as if nothing were compressed, headers included. */
  long uncompressedBytes() {
    return uncompressedBytes;
  }

  /** An empty page to be filled. */
  OffHeapBuffer newPage() {
    page.clear();
    return page;
  }

  /**
   * Appends what was filled in as a data page.
   *
   * @param mayStore whether the chunk may stay uncompressed if this, its first page, hardly shrinks
   */
  void writeData(int entries, Encoding encoding, boolean mayStore, OffHeapBuffer out) {
    DataPageHeader data = new DataPageHeader(entries, encoding, Encoding.RLE, Encoding.RLE);
    write(new PageHeader(PageType.DATA_PAGE, 0, 0).setData_page_header(data), mayStore, out);
  }

  void writeDictionary(int size, OffHeapBuffer out) {
    DictionaryPageHeader dictionary = new DictionaryPageHeader(size, Encoding.PLAIN);
    PageHeader pageHeader =
        new PageHeader(PageType.DICTIONARY_PAGE, 0, 0).setDictionary_page_header(dictionary);
    write(pageHeader, false, out);
  }

  private void write(PageHeader pageHeader, boolean mayStore, OffHeapBuffer out) {
    OffHeapBuffer body = page;
    if (codec == CompressionCodec.ZSTD) {
      compress();
      body = compressed;
      if (!decided) {
        decided = true;
        if (mayStore && compressed.size() * 100 > page.size() * INCOMPRESSIBLE) {
          codec = CompressionCodec.UNCOMPRESSED;
          body = page;
        }
      }
    }
    pageHeader.setUncompressed_page_size((int) page.size());
    pageHeader.setCompressed_page_size((int) body.size());
    header.reset();
    try {
      Util.writePageHeader(pageHeader, header);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] headerBytes = header.toByteArray();
    uncompressedBytes += headerBytes.length + page.size();
    out.put(headerBytes, 0, headerBytes.length);
    out.put(body);
  }

  private void compress() {
    compressed.clear();
    long bound = Zstd.compressBound(page.size());
    ByteBuffer target = compressed.append(bound);
    int size =
        zstd.compressDirectByteBuffer(target, 0, (int) bound, page.content(), 0, (int) page.size());
    compressed.clear();
    compressed.advance(size);
  }

  @Override
  public void close() {
    zstd.close();
    page.close();
    compressed.close();
  }
}
