package dev.mallard.arrow.feather;

import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Copies a Message flatbuffer with something changed: its body's length, its custom metadata, its
 * dictionary id. A flatbuffer cannot be edited where it stands, as its tables have no room to grow.
 */
final class HeaderRewriter {
  private final Message message;
  private final FlatBufferBuilder builder;
  private long bodyLength;
  private @Nullable Long dictionaryId;
  private final Map<String, String> customMetadata = new LinkedHashMap<>();

  /** {@code header} must be a valid record or dictionary batch. */
  HeaderRewriter(ByteBuffer header) {
    this.message = Message.getRootAsMessage(header);
    this.builder = new FlatBufferBuilder(header.remaining() + 512);
    this.bodyLength = message.bodyLength();
    for (int i = 0; i < message.customMetadataLength(); i++) {
      KeyValue entry = message.customMetadata(i);
      customMetadata.put(orEmpty(entry.key()), orEmpty(entry.value()));
    }
  }

  HeaderRewriter bodyLength(long length) {
    this.bodyLength = length;
    return this;
  }

  HeaderRewriter dictionaryId(long id) {
    this.dictionaryId = id;
    return this;
  }

  HeaderRewriter customMetadata(String key, String value) {
    customMetadata.put(key, value);
    return this;
  }

  ByteBuffer build() {
    int header =
        message.headerType() == MessageHeader.DictionaryBatch
            ? copyDictionary((DictionaryBatch) message.header(new DictionaryBatch()))
            : copyBatch((RecordBatch) message.header(new RecordBatch()));
    int metadata = customMetadata.isEmpty() ? 0 : metadataVector();
    Message.startMessage(builder);
    Message.addVersion(builder, message.version());
    Message.addHeaderType(builder, message.headerType());
    Message.addHeader(builder, header);
    Message.addBodyLength(builder, bodyLength);
    if (metadata != 0) {
      Message.addCustomMetadata(builder, metadata);
    }
    builder.finish(Message.endMessage(builder));
    return builder.dataBuffer();
  }

  private int metadataVector() {
    return Message.createCustomMetadataVector(builder, keyValues(builder, customMetadata));
  }

  static int[] keyValues(FlatBufferBuilder builder, Map<String, String> entries) {
    return entries.entrySet().stream()
        .mapToInt(
            entry ->
                KeyValue.createKeyValue(
                    builder,
                    builder.createString(entry.getKey()),
                    builder.createString(entry.getValue())))
        .toArray();
  }

  private int copyDictionary(DictionaryBatch batch) {
    int data = copyBatch(batch.data());
    long id = dictionaryId == null ? batch.id() : dictionaryId;
    return DictionaryBatch.createDictionaryBatch(builder, id, data, batch.isDelta());
  }

  private int copyBatch(RecordBatch batch) {
    RecordBatch.startNodesVector(builder, batch.nodesLength());
    FieldNode node = new FieldNode();
    for (int i = batch.nodesLength() - 1; i >= 0; i--) {
      batch.nodes(node, i);
      FieldNode.createFieldNode(builder, node.length(), node.nullCount());
    }
    int nodes = builder.endVector();
    RecordBatch.startBuffersVector(builder, batch.buffersLength());
    Buffer buffer = new Buffer();
    for (int i = batch.buffersLength() - 1; i >= 0; i--) {
      batch.buffers(buffer, i);
      Buffer.createBuffer(builder, buffer.offset(), buffer.length());
    }
    int buffers = builder.endVector();
    int variadic = copyVariadicCounts(batch);
    int compression = copyCompression(batch.compression());
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, batch.length());
    RecordBatch.addNodes(builder, nodes);
    RecordBatch.addBuffers(builder, buffers);
    if (compression != 0) {
      RecordBatch.addCompression(builder, compression);
    }
    if (variadic != 0) {
      RecordBatch.addVariadicBufferCounts(builder, variadic);
    }
    return RecordBatch.endRecordBatch(builder);
  }

  private int copyVariadicCounts(RecordBatch batch) {
    if (batch.variadicBufferCountsLength() == 0) {
      return 0;
    }
    long[] counts = new long[batch.variadicBufferCountsLength()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = batch.variadicBufferCounts(i);
    }
    return RecordBatch.createVariadicBufferCountsVector(builder, counts);
  }

  private int copyCompression(@Nullable BodyCompression compression) {
    return compression == null
        ? 0
        : BodyCompression.createBodyCompression(builder, compression.codec(), compression.method());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
