package dev.mallard.arrow.feather;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Schema;

/** Makes the Footer flatbuffer. */
final class FooterBuilder {
  private final Schema schema;
  private final BlockList dictionaries;
  private final BlockList batches;

  FooterBuilder(Schema schema, BlockList dictionaries, BlockList batches) {
    this.schema = schema;
    this.dictionaries = dictionaries;
    this.batches = batches;
  }

  /**
   * @param position of the footer in its file
   */
  ByteBuffer build(Map<String, String> properties, BatchIndex index, long position) {
    Map<String, String> metadata = new LinkedHashMap<>(properties);
    metadata.put(BatchIndex.KEY, index.encode(position));
    FlatBufferBuilder builder =
        new FlatBufferBuilder(4096 + 24 * (dictionaries.size() + batches.size()));
    int schemaTable = schema.getSchema(builder);
    int entries =
        Footer.createCustomMetadataVector(builder, HeaderRewriter.keyValues(builder, metadata));
    Footer.startDictionariesVector(builder, dictionaries.size());
    addBlocks(builder, dictionaries);
    int dictionaryVector = builder.endVector();
    Footer.startRecordBatchesVector(builder, batches.size());
    addBlocks(builder, batches);
    int batchVector = builder.endVector();
    builder.finish(
        Footer.createFooter(
            builder, MetadataVersion.V5, schemaTable, dictionaryVector, batchVector, entries));
    return builder.dataBuffer();
  }

  private static void addBlocks(FlatBufferBuilder builder, BlockList blocks) {
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      org.apache.arrow.flatbuf.Block.createBlock(
          builder, block.offset(), block.metadataLength(), block.bodyLength());
    }
  }
}
