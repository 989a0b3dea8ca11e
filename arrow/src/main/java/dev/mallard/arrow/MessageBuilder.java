package dev.mallard.arrow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Collects the nodes and buffers of a batch, depth first, and makes the message of them. Owns the
 * buffers that it was given until {@link #build}; closing it after that does nothing.
 */
final class MessageBuilder implements AutoCloseable {
  private final List<Buffer> buffers = new ArrayList<>();
  private long[] nodes = new long[16];
  private int nodeCount;
  private long[] variadicCounts = new long[0];
  private byte codec = BatchHeader.UNCOMPRESSED;
  private List<Map.Entry<String, String>> customMetadata = List.of();
  private byte @Nullable [] appMetadata;

  /** One buffer of a column. */
  private sealed interface Buffer {
    long size();

    MessageBody body();
  }

  /** Counts as it is in the end: its owner may still fill it. */
  private record InMemory(ArrowBuf memory) implements Buffer {
    @Override
    public long size() {
      return memory.readableBytes();
    }

    @Override
    public MessageBody body() {
      return new MemoryBody(List.of(memory));
    }
  }

  private record Part(MessageBody body, long size) implements Buffer {}

  /** Returns where the node is, for {@link #nulls}. */
  int node(long length, long nullCount) {
    if (2 * nodeCount == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * nodes.length);
    }
    nodes[2 * nodeCount] = length;
    nodes[2 * nodeCount + 1] = nullCount;
    return nodeCount++;
  }

  /** Sets the null count of a node that was begun before it was known. */
  void nulls(int node, long nullCount) {
    nodes[2 * node + 1] = nullCount;
  }

  /** Takes {@code buffer} over; its readable part is what counts. */
  void buffer(ArrowBuf buffer) {
    buffers.add(new InMemory(buffer));
  }

  /** Takes over {@code size} bytes, wherever they are. */
  void buffer(MessageBody bytes, long size) {
    buffers.add(new Part(bytes, size));
  }

  void variadicCount(long count) {
    variadicCounts = Arrays.copyOf(variadicCounts, variadicCounts.length + 1);
    variadicCounts[variadicCounts.length - 1] = count;
  }

  void codec(byte codec) {
    this.codec = codec;
  }

  void customMetadata(List<Map.Entry<String, String>> entries) {
    this.customMetadata = entries;
  }

  void appMetadata(byte @Nullable [] bytes) {
    this.appMetadata = bytes;
  }

  /** The message, which owns the buffers from here on. */
  IpcMessage build(BatchHeader.@Nullable DictionaryPart dictionary, long rows) {
    long[] ranges = new long[2 * buffers.size()];
    long position = 0;
    for (int i = 0; i < buffers.size(); i++) {
      ranges[2 * i] = position;
      ranges[2 * i + 1] = buffers.get(i).size();
      position += MemoryBody.padded(ranges[2 * i + 1]);
    }
    BatchHeader header =
        new BatchHeader(
            dictionary,
            rows,
            Arrays.copyOf(nodes, 2 * nodeCount),
            ranges,
            codec,
            variadicCounts,
            customMetadata,
            position,
            org.apache.arrow.flatbuf.MetadataVersion.V5);
    IpcMessage message = new IpcMessage(header.encode(), body(), appMetadata);
    buffers.clear();
    return message;
  }

  private MessageBody body() {
    List<MessageBody> bodies = buffers.stream().map(Buffer::body).toList();
    if (!bodies.stream().allMatch(MemoryBody.class::isInstance)) {
      return new PiecedBody(bodies);
    }
    return new MemoryBody(
        bodies.stream().flatMap(body -> ((MemoryBody) body).buffers().stream()).toList());
  }

  @Override
  public void close() {
    buffers.forEach(buffer -> buffer.body().close());
    buffers.clear();
  }
}
