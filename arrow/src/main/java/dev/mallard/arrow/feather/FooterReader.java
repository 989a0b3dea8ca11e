package dev.mallard.arrow.feather;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.mapping.FileMappings;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads a footer, believing nothing: one read at each end of the file, and one for each batch only
 * if the file has no {@link BatchIndex}.
 */
final class FooterReader {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

  /** Magic and padding. */
  static final int HEAD_BYTES = 8;

  /** Footer length and magic. */
  static final int TAIL_BYTES = 4 + MAGIC.length;

  /** Enough for the footer of an ordinary file. */
  private static final int FIRST_READ_BYTES = 32 * 1024;

  private static final int BLOCK_BYTES = 24;
  private static final String PROPERTY_PREFIX = "mallard:";

  private final FileChannel file;
  private final @Nullable FileMappings mappings;
  private final long size;

  FooterReader(FileChannel file, @Nullable FileMappings mappings) throws IOException {
    this.file = file;
    this.mappings = mappings;
    this.size = file.size();
  }

  FeatherFooter read() throws IOException {
    checkHead();
    ByteBuffer bytes = footerBytes();
    long position = size - TAIL_BYTES - bytes.remaining();
    Footer footer = Damage.guard("its footer", () -> Footer.getRootAsFooter(bytes));
    Schema schema = schema(footer);
    BlockList dictionaries = new BlockList();
    BlockList batches = new BlockList();
    Damage.guard("its footer", () -> readBlocks(footer, position, dictionaries, batches));
    Map<String, String> metadata =
        Damage.guard("its footer", () -> metadata(footer, bytes.remaining()));
    BatchIndex index = index(metadata, position, dictionaries, batches);
    Map<String, String> properties = new LinkedHashMap<>(metadata);
    properties.keySet().removeIf(key -> !key.startsWith(PROPERTY_PREFIX));
    return new FeatherFooter(
        schema,
        properties,
        dictionaries,
        batches,
        starts(index.rows()),
        index.arrowBytes(),
        mappings == null ? null : mappings.file());
  }

  private void checkHead() throws IOException {
    ByteBuffer head = Preads.read(file, 0, (int) Math.min(size, HEAD_BYTES));
    if (startsWith(head, "FEA1")) {
      throw Damage.unsupported(
          "it is of Feather version 1; write it as version 2, for example with"
              + " pyarrow.feather.write_feather(table, path, version=2)");
    }
    if (startsWith(head, "PAR1")) {
      throw Damage.notFeather("it is a Parquet file; give it a name that ends in .parquet");
    }
    if (head.remaining() >= 4 && head.getInt(0) == -1) {
      throw Damage.notFeather(
          "it is an Arrow IPC stream; write it as a file, with"
              + " pyarrow.ipc.new_file instead of new_stream");
    }
    if (!startsWith(head, "ARROW1") || size < HEAD_BYTES + TAIL_BYTES) {
      throw Damage.of("it is no Feather (Arrow IPC) file or it is cut short");
    }
  }

  private static boolean startsWith(ByteBuffer bytes, String magic) {
    byte[] expected = magic.getBytes(StandardCharsets.US_ASCII);
    return bytes.remaining() >= expected.length
        && bytes.slice(0, expected.length).equals(ByteBuffer.wrap(expected));
  }

  private ByteBuffer footerBytes() throws IOException {
    int first = (int) Math.min(size - HEAD_BYTES, FIRST_READ_BYTES);
    ByteBuffer tail = Preads.read(file, size - first, first);
    int end = first - TAIL_BYTES;
    if (!tail.slice(end + 4, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      throw Damage.of("it is cut short, its end is missing");
    }
    int length = tail.getInt(end);
    if (length < 8 || length > size - HEAD_BYTES - TAIL_BYTES) {
      throw Damage.of("its footer cannot be " + length + " bytes long");
    }
    if (length > Limits.FOOTER_BYTES) {
      throw Damage.of("its footer is over " + (Limits.FOOTER_BYTES >> 20) + " MiB");
    }
    ByteBuffer footer =
        length <= end
            ? tail.slice(end - length, length)
            : Preads.read(file, size - TAIL_BYTES - length, length);
    return footer.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Schema schema(Footer footer) {
    org.apache.arrow.flatbuf.Schema schema =
        Damage.<org.apache.arrow.flatbuf.@Nullable Schema>guard("its footer", footer::schema);
    if (schema == null) {
      throw Damage.of("its footer has no schema");
    }
    try {
      return ArrowSchemas.read(schema);
    } catch (MallardException e) {
      if (e.code() == ErrorCode.UNIMPLEMENTED) {
        throw e;
      }
      throw Damage.of("its schema cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static Boolean readBlocks(
      Footer footer, long position, BlockList dictionaries, BlockList batches) {
    long limit = footer.getByteBuffer().limit() / BLOCK_BYTES;
    int dictionaryCount = footer.dictionariesLength();
    int batchCount = footer.recordBatchesLength();
    if (dictionaryCount < 0 || dictionaryCount > limit || batchCount < 0 || batchCount > limit) {
      throw Damage.of("its footer counts more batches than it has room for");
    }
    long left = position - HEAD_BYTES;
    org.apache.arrow.flatbuf.Block block = new org.apache.arrow.flatbuf.Block();
    for (int i = 0; i < dictionaryCount; i++) {
      left = addBlock(footer.dictionaries(block, i), position, left, dictionaries);
    }
    for (int i = 0; i < batchCount; i++) {
      left = addBlock(footer.recordBatches(block, i), position, left, batches);
    }
    return true;
  }

  /** Returns the bytes left for other blocks: as they do not overlap, they fit into the file. */
  private static long addBlock(
      org.apache.arrow.flatbuf.Block raw, long position, long left, BlockList blocks) {
    Block block = new Block(raw.offset(), raw.metaDataLength(), raw.bodyLength());
    boolean inside =
        block.offset() >= HEAD_BYTES
            && block.metadataLength() >= 8
            && block.metadataLength() <= Limits.HEADER_BYTES
            && block.bodyLength() >= 0
            && block.offset() <= position
            && block.metadataLength() <= position - block.offset()
            && block.bodyLength() <= position - block.bodyOffset();
    if (!inside) {
      throw Damage.of("a batch lies outside of it");
    }
    blocks.add(block);
    long rest = left - block.metadataLength() - block.bodyLength();
    if (rest < 0) {
      throw Damage.of("its batches overlap");
    }
    return rest;
  }

  /** Entries may share their bytes in a hostile footer, so what they come to has a limit. */
  private static Map<String, String> metadata(Footer footer, int footerBytes) {
    Map<String, String> metadata = new LinkedHashMap<>();
    long left = footerBytes;
    for (int i = 0; i < footer.customMetadataLength(); i++) {
      KeyValue entry = footer.customMetadata(i);
      left -= 8 + length(entry.keyAsByteBuffer()) + length(entry.valueAsByteBuffer());
      if (left < 0) {
        throw Damage.of("its metadata overlaps");
      }
      String key = entry.key();
      String value = entry.value();
      if (key != null && value != null) {
        metadata.put(key, value);
      }
    }
    return metadata;
  }

  private static int length(@Nullable ByteBuffer text) {
    return text == null ? 0 : text.remaining();
  }

  private BatchIndex index(
      Map<String, String> metadata, long position, BlockList dictionaries, BlockList batches)
      throws IOException {
    String text = metadata.get(BatchIndex.KEY);
    BatchIndex stored = text == null ? null : BatchIndex.decode(text, position, batches.size());
    return stored != null ? stored : new BatchCounter(file).count(dictionaries, batches);
  }

  private static long[] starts(long[] rows) {
    long[] starts = new long[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      starts[i + 1] = starts[i] + rows[i];
    }
    return starts;
  }
}
