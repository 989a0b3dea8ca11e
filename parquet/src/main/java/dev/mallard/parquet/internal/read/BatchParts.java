package dev.mallard.parquet.internal.read;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * A record batch as its pieces, in the order of the IPC format. Owns the buffers until they are
 * taken.
 */
final class BatchParts implements AutoCloseable {
  private final int rows;
  private final List<ArrowFieldNode> nodes = new ArrayList<>();
  private final List<ArrowBuf> buffers = new ArrayList<>();
  private final List<Long> variadicCounts = new ArrayList<>();

  BatchParts(int rows) {
    this.rows = rows;
  }

  int rows() {
    return rows;
  }

  void node(int slots, int nulls) {
    nodes.add(new ArrowFieldNode(slots, nulls));
  }

  void buffer(ArrowBuf buffer) {
    buffers.add(buffer);
  }

  /** Adds a column's slots, nulls and buffers, which it hands over. */
  void leaf(LeafBatch leaf) {
    node(leaf.slots, leaf.nullCount);
    buffers.addAll(leaf.takeBuffers());
    if (leaf.variadicBuffers >= 0) {
      variadicCounts.add((long) leaf.variadicBuffers);
    }
  }

  /** As a batch that has its own hold on the buffers. */
  ArrowRecordBatch toRecordBatch() {
    // Copied: the batch releases what its list holds when it is closed.
    return new ArrowRecordBatch(
        rows,
        nodes,
        List.copyOf(buffers),
        NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
        variadicCounts,
        true);
  }

  /** As a message, which takes the buffers over. */
  IpcMessage toMessage() {
    try (ArrowRecordBatch batch = toRecordBatch()) {
      return message(MessageSerializer.serializeMetadata(batch));
    }
  }

  /** As a dictionary of {@code id}, whole; the message takes the buffers over. */
  IpcMessage toDictionaryMessage(long id) {
    try (ArrowDictionaryBatch batch = new ArrowDictionaryBatch(id, toRecordBatch(), false)) {
      return message(MessageSerializer.serializeMetadata(batch));
    }
  }

  private IpcMessage message(ByteBuffer header) {
    IpcMessage message = new IpcMessage(header, new MemoryBody(buffers), null);
    buffers.clear();
    return message;
  }

  /** Hands the buffers over. */
  List<ArrowBuf> takeBuffers() {
    List<ArrowBuf> taken = List.copyOf(buffers);
    buffers.clear();
    return taken;
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
  }
}
