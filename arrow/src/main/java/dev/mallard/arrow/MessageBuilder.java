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
  private final List<ArrowBuf> buffers = new ArrayList<>();
  private long[] nodes = new long[16];
  private int nodeCount;
  private long[] variadicCounts = new long[0];
  private byte codec = BatchHeader.UNCOMPRESSED;
  private List<Map.Entry<String, String>> customMetadata = List.of();
  private byte @Nullable [] appMetadata;

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
    buffers.add(buffer);
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
      ranges[2 * i + 1] = buffers.get(i).readableBytes();
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
    IpcMessage message = new IpcMessage(header.encode(), new MemoryBody(buffers), appMetadata);
    buffers.clear();
    return message;
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
  }
}
