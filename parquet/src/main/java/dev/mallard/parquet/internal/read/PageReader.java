package dev.mallard.parquet.internal.read;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;
import shaded.parquet.org.apache.thrift.TException;

/**
 * The pages of one column chunk after another, checked against the chunk before anything is
 * allocated for them.
 */
final class PageReader {
  private static final int FIRST_HEADER_BYTES = 16 * 1024;
  private static final int MAX_HEADER_BYTES = 16 * 1024 * 1024;

  /** A share of the heap, so that a page that claims to unpack to gigabytes cannot exhaust it. */
  static final int MAX_PAGE_BYTES =
      (int) Math.min(1 << 30, Math.max(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  /** What a dictionary page holds: {@code count} values, PLAIN. */
  record DictionaryPage(int count, byte[] bytes, int from, int to) {}

  private final ChunkInput input;
  private final Decompressors decompressors;
  private final boolean hasLevels;
  private final CRC32 crc = new CRC32();
  private CompressionCodec codec = CompressionCodec.UNCOMPRESSED;
  private long valuesLeft;
  private @Nullable DictionaryPage dictionary;
  private byte[] unpacked = new byte[Bytes.SLACK];

  /**
   * @param hasLevels whether data pages begin with levels
   */
  PageReader(FileChannel file, int readAhead, boolean hasLevels, Decompressors decompressors) {
    this.hasLevels = hasLevels;
    this.input = new ChunkInput(file, readAhead, decompressors.heap());
    this.decompressors = decompressors;
  }

  /** The chunk's place in the file must have been checked. */
  void open(ColumnMetaData chunk) {
    codec = chunk.getCodec();
    valuesLeft = chunk.getNum_values();
    dictionary = null;
    input.open(ChunkPlace.start(chunk), chunk.getTotal_compressed_size());
  }

  /** Values, nulls included, in pages that have not been asked for. */
  long valuesLeft() {
    return valuesLeft;
  }

  /** The dictionary that came before the last data page, once; null if there was none. */
  @Nullable DictionaryPage takeDictionary() {
    DictionaryPage taken = dictionary;
    dictionary = null;
    return taken;
  }

  /**
   * The next data page, or the dictionary page in {@link #takeDictionary} and null. Must not be
   * called when no values are left.
   */
  @Nullable Page next() throws IOException {
    while (input.remaining() > 0) {
      PageHeader header = readHeader();
      int compressed = header.getCompressed_page_size();
      int uncompressed = header.getUncompressed_page_size();
      checkSizes(compressed, uncompressed);
      input.fill(compressed);
      checkCrc(header, compressed);
      if (header.getType() == PageType.DICTIONARY_PAGE) {
        dictionary = dictionaryPage(header, compressed, uncompressed);
        input.consume(compressed);
        return null;
      }
      Page page = dataPage(header, compressed, uncompressed);
      input.consume(compressed);
      if (page != null) {
        valuesLeft -= page.values();
        return page;
      }
    }
    throw new CorruptPageException("pages are missing: " + valuesLeft + " values");
  }

  private void checkSizes(int compressed, int uncompressed) {
    if (compressed < 0 || compressed > input.remaining() || uncompressed < 0) {
      throw new CorruptPageException(
          "a page of " + compressed + " bytes where " + input.remaining() + " are left");
    }
    if (compressed > MAX_PAGE_BYTES || uncompressed > MAX_PAGE_BYTES) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "the Parquet file has a page of "
              + (Math.max(compressed, uncompressed) >> 20)
              + " MiB, more than the "
              + (MAX_PAGE_BYTES >> 20)
              + " MiB that are read at once; write it with smaller pages, or give the server more"
              + " memory (up to 1 GiB a page)");
    }
  }

  private void checkCrc(PageHeader header, int compressed) {
    if (!header.isSetCrc()) {
      return;
    }
    crc.reset();
    crc.update(input.window(), input.position(), compressed);
    if ((int) crc.getValue() != header.getCrc()) {
      throw new CorruptPageException("a page does not match its checksum");
    }
  }

  private PageHeader readHeader() throws IOException {
    for (int wanted = FIRST_HEADER_BYTES; ; wanted *= 8) {
      input.fill(wanted);
      int start = input.position();
      ThriftInput thrift = new ThriftInput(input.window(), start, start + input.available());
      try {
        PageHeader header = thrift.readPageHeader();
        input.consume(thrift.position() - start);
        return header;
      } catch (TException | RuntimeException e) {
        if (input.available() >= input.remaining() || wanted > MAX_HEADER_BYTES) {
          throw new CorruptPageException("a page header cannot be read");
        }
      }
    }
  }

  private DictionaryPage dictionaryPage(PageHeader header, int compressed, int uncompressed)
      throws IOException {
    if (!header.isSetDictionary_page_header()) {
      throw new CorruptPageException("a dictionary page without its header");
    }
    int count = header.getDictionary_page_header().getNum_values();
    Encoding encoding = header.getDictionary_page_header().getEncoding();
    if (count < 0 || (encoding != Encoding.PLAIN && encoding != Encoding.PLAIN_DICTIONARY)) {
      throw new CorruptPageException("a dictionary of " + count + " values, " + encoding);
    }
    if (codec == CompressionCodec.UNCOMPRESSED) {
      int from = input.position();
      return new DictionaryPage(count, input.window(), from, from + compressed);
    }
    unpack(input.position(), compressed, uncompressed);
    return new DictionaryPage(count, unpacked, 0, uncompressed);
  }

  private @Nullable Page dataPage(PageHeader header, int compressed, int uncompressed)
      throws IOException {
    if (header.getType() == PageType.DATA_PAGE && header.isSetData_page_header()) {
      return pageV1(header.getData_page_header(), compressed, uncompressed);
    }
    if (header.getType() == PageType.DATA_PAGE_V2 && header.isSetData_page_header_v2()) {
      return pageV2(header.getData_page_header_v2(), compressed, uncompressed);
    }
    if (header.getType() == PageType.INDEX_PAGE) {
      return null;
    }
    throw new CorruptPageException("a page of type " + header.getType());
  }

  private Page pageV1(DataPageHeader header, int compressed, int uncompressed) throws IOException {
    int count = checkedCount(header.getNum_values());
    if (hasLevels && header.getDefinition_level_encoding() != Encoding.RLE) {
      throw DamagedFile.unsupported("the Parquet file has levels in the encoding BIT_PACKED");
    }
    byte[] bytes = input.window();
    int from = input.position();
    int length = compressed;
    if (codec != CompressionCodec.UNCOMPRESSED) {
      unpack(from, compressed, uncompressed);
      bytes = unpacked;
      from = 0;
      length = uncompressed;
    }
    int to = from + length;
    return new Page(count, header.getEncoding(), bytes, from, to, -1, -1, bytes, from, to);
  }

  private Page pageV2(DataPageHeaderV2 header, int compressed, int uncompressed)
      throws IOException {
    int count = checkedCount(header.getNum_values());
    int repetition = header.getRepetition_levels_byte_length();
    int definition = header.getDefinition_levels_byte_length();
    long levels = (long) repetition + definition;
    if (repetition < 0 || definition < 0 || levels > compressed || levels > uncompressed) {
      throw new CorruptPageException("levels of " + levels + " bytes in a page of " + compressed);
    }
    int levelFrom = input.position();
    int levelTo = levelFrom + (int) levels;
    byte[] valueBytes = input.window();
    int valueFrom = levelTo;
    int valueTo = levelFrom + compressed;
    boolean packed = !header.isSetIs_compressed() || header.isIs_compressed();
    if (codec != CompressionCodec.UNCOMPRESSED && packed && valueTo > valueFrom) {
      int unpackedLength = uncompressed - (int) levels;
      unpack(valueFrom, valueTo - valueFrom, unpackedLength);
      valueBytes = unpacked;
      valueFrom = 0;
      valueTo = unpackedLength;
    }
    return new Page(
        count,
        header.getEncoding(),
        input.window(),
        levelFrom,
        levelTo,
        repetition,
        definition,
        valueBytes,
        valueFrom,
        valueTo);
  }

  private int checkedCount(int count) {
    if (count < 0 || count > valuesLeft) {
      throw new CorruptPageException(
          "a page of " + count + " values where " + valuesLeft + " are left");
    }
    return count;
  }

  private void unpack(int from, int compressed, int uncompressed) throws IOException {
    unpacked = decompressors.heap().atLeast(unpacked, uncompressed);
    if (uncompressed > 0 || compressed > 0) {
      decompressors.decompress(codec, input.window(), from, compressed, unpacked, uncompressed);
    }
  }
}
