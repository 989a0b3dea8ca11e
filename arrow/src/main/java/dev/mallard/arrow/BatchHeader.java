package dev.mallard.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a record batch or dictionary batch, out of and into its flatbuffer. Arrays are
 * not copied: they are this header's.
 *
 * @param dictionary null for a record batch
 * @param rows of the record batch, or values of the dictionary batch
 * @param nodes pairs of length and null count, one per field, depth first
 * @param buffers pairs of offset and length within the body
 * @param codec a {@code CompressionType}, or {@link #UNCOMPRESSED}
 * @param variadicCounts data buffers of each view column
 * @param customMetadata of the message, in order
 */
record BatchHeader(
    @Nullable DictionaryPart dictionary,
    long rows,
    long[] nodes,
    long[] buffers,
    byte codec,
    long[] variadicCounts,
    List<Map.Entry<String, String>> customMetadata,
    long bodyLength,
    short version) {

  static final byte UNCOMPRESSED = -1;

  private static final int MAX_CUSTOM_METADATA = 10_000;

  /** What a dictionary batch says beside its values. */
  record DictionaryPart(long id, boolean delta) {}

  /**
   * Reads the header of a message that may be hostile.
   *
   * @throws MallardException INVALID_ARGUMENT
   */
  static BatchHeader read(IpcMessage message) {
    try {
      return readTables(message);
    } catch (MallardException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "record batch: the header is damaged or cut short", e);
    }
  }

  private static BatchHeader readTables(IpcMessage message) {
    Message flatbuffer = message.flatbuffer();
    int size = message.header().remaining();
    DictionaryPart dictionary = null;
    RecordBatch batch;
    if (message.kind() == IpcMessage.Kind.DICTIONARY_BATCH) {
      DictionaryBatch table = required((DictionaryBatch) flatbuffer.header(new DictionaryBatch()));
      dictionary = new DictionaryPart(table.id(), table.isDelta());
      batch = required(table.data());
    } else if (message.kind() == IpcMessage.Kind.RECORD_BATCH) {
      batch = required((RecordBatch) flatbuffer.header(new RecordBatch()));
    } else {
      throw MallardException.invalid("a schema message where a record batch was expected");
    }
    return new BatchHeader(
        dictionary,
        batch.length(),
        nodes(batch, size),
        buffers(batch, size),
        codec(batch.compression()),
        variadicCounts(batch, size),
        customMetadata(flatbuffer, size),
        flatbuffer.bodyLength(),
        flatbuffer.version());
  }

  private static <T> T required(@Nullable T table) {
    if (table == null) {
      throw MallardException.invalid("record batch: the header is empty");
    }
    return table;
  }

  private static long[] nodes(RecordBatch batch, int headerBytes) {
    int count = count(batch.nodesLength(), 16, headerBytes);
    long[] nodes = new long[2 * count];
    FieldNode node = new FieldNode();
    for (int i = 0; i < count; i++) {
      batch.nodes(node, i);
      nodes[2 * i] = node.length();
      nodes[2 * i + 1] = node.nullCount();
    }
    return nodes;
  }

  private static long[] buffers(RecordBatch batch, int headerBytes) {
    int count = count(batch.buffersLength(), 16, headerBytes);
    long[] buffers = new long[2 * count];
    Buffer buffer = new Buffer();
    for (int i = 0; i < count; i++) {
      batch.buffers(buffer, i);
      buffers[2 * i] = buffer.offset();
      buffers[2 * i + 1] = buffer.length();
    }
    return buffers;
  }

  private static long[] variadicCounts(RecordBatch batch, int headerBytes) {
    int count = count(batch.variadicBufferCountsLength(), 8, headerBytes);
    long[] counts = new long[count];
    for (int i = 0; i < count; i++) {
      counts[i] = batch.variadicBufferCounts(i);
    }
    return counts;
  }

  private static byte codec(@Nullable BodyCompression compression) {
    if (compression == null) {
      return UNCOMPRESSED;
    }
    if (compression.method() != BodyCompressionMethod.BUFFER
        || compression.codec() < 0
        || compression.codec() > 1) {
      throw MallardException.invalid(
          "record batch: unknown body compression; use LZ4_FRAME, ZSTD or none");
    }
    return compression.codec();
  }

  private static List<Map.Entry<String, String>> customMetadata(Message message, int headerBytes) {
    int count = count(message.customMetadataLength(), 4, headerBytes);
    if (count > MAX_CUSTOM_METADATA) {
      throw MallardException.invalid("record batch: too many metadata entries: " + count);
    }
    List<Map.Entry<String, String>> entries = new ArrayList<>(count);
    long textLeft = 4L * headerBytes + 1024;
    for (int i = 0; i < count; i++) {
      KeyValue entry = message.customMetadata(i);
      textLeft -= length(entry.keyAsByteBuffer()) + length(entry.valueAsByteBuffer());
      if (textLeft < 0) {
        throw MallardException.invalid("record batch: metadata entries overlap");
      }
      String key = entry.key();
      String value = entry.value();
      entries.add(Map.entry(key == null ? "" : key, value == null ? "" : value));
    }
    return entries;
  }

  private static long length(@Nullable ByteBuffer text) {
    return text == null ? 0 : text.remaining();
  }

  /** A vector's declared length, once it is known that the header has room for it. */
  private static int count(int declared, int elementBytes, int headerBytes) {
    if (declared < 0 || (long) declared * elementBytes > headerBytes) {
      throw MallardException.invalid("record batch: the header is damaged or cut short");
    }
    return declared;
  }

  BatchHeader withDictionary(@Nullable DictionaryPart part) {
    return new BatchHeader(
        part, rows, nodes, buffers, codec, variadicCounts, customMetadata, bodyLength, version);
  }

  boolean compressed() {
    return codec != UNCOMPRESSED;
  }

  /** The Message flatbuffer; always of version V5. */
  ByteBuffer encode() {
    FlatBufferBuilder builder =
        new FlatBufferBuilder(256 + 8 * (nodes.length + buffers.length + variadicCounts.length));
    int metadata = encodeMetadata(builder);
    int header = encodeBatch(builder);
    byte type = MessageHeader.RecordBatch;
    if (dictionary != null) {
      header =
          DictionaryBatch.createDictionaryBatch(builder, dictionary.id, header, dictionary.delta);
      type = MessageHeader.DictionaryBatch;
    }
    Message.startMessage(builder);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, type);
    Message.addHeader(builder, header);
    Message.addBodyLength(builder, bodyLength);
    if (metadata != 0) {
      Message.addCustomMetadata(builder, metadata);
    }
    builder.finish(Message.endMessage(builder));
    return builder.dataBuffer();
  }

  private int encodeMetadata(FlatBufferBuilder builder) {
    if (customMetadata.isEmpty()) {
      return 0;
    }
    int[] entries = new int[customMetadata.size()];
    for (int i = 0; i < entries.length; i++) {
      int key = builder.createString(customMetadata.get(i).getKey());
      int value = builder.createString(customMetadata.get(i).getValue());
      entries[i] = KeyValue.createKeyValue(builder, key, value);
    }
    return Message.createCustomMetadataVector(builder, entries);
  }

  private int encodeBatch(FlatBufferBuilder builder) {
    RecordBatch.startNodesVector(builder, nodes.length / 2);
    for (int i = nodes.length - 2; i >= 0; i -= 2) {
      FieldNode.createFieldNode(builder, nodes[i], nodes[i + 1]);
    }
    int nodesVector = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.length / 2);
    for (int i = buffers.length - 2; i >= 0; i -= 2) {
      Buffer.createBuffer(builder, buffers[i], buffers[i + 1]);
    }
    int buffersVector = builder.endVector();
    int variadic =
        variadicCounts.length == 0
            ? 0
            : RecordBatch.createVariadicBufferCountsVector(builder, variadicCounts);
    int compression =
        compressed()
            ? BodyCompression.createBodyCompression(builder, codec, BodyCompressionMethod.BUFFER)
            : 0;
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodesVector);
    RecordBatch.addBuffers(builder, buffersVector);
    if (compression != 0) {
      RecordBatch.addCompression(builder, compression);
    }
    if (variadic != 0) {
      RecordBatch.addVariadicBufferCounts(builder, variadic);
    }
    return RecordBatch.endRecordBatch(builder);
  }
}
