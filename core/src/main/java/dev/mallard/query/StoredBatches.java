package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A small stream that was read to its end and can be read any number of times: parameters, counts,
 * rows that an INSERT returned. On the Java heap, so that nobody needs to free it. Immutable.
 */
final class StoredBatches {
  private final Schema schema;
  private final List<Stored> messages;
  private final long rows;
  private final long bytes;

  private record Stored(byte[] header, byte[] body) {}

  private StoredBatches(Schema schema, List<Stored> messages, long rows, long bytes) {
    this.schema = schema;
    this.messages = messages;
    this.rows = rows;
    this.bytes = bytes;
  }

  /**
   * Reads the stream to its end; it stays the caller's to close.
   *
   * @param what is read, for messages
   * @throws MallardException RESOURCE_EXHAUSTED if it is longer than {@code maxBytes}
   */
  static StoredBatches of(String what, BatchStream stream, long maxBytes, BufferAllocator allocator)
      throws IOException {
    Builder builder = new Builder(stream.schema(), allocator);
    IpcMessage message;
    while ((message = stream.next()) != null) {
      try (IpcMessage read = message) {
        if (builder.bytes() + read.encodedBytes() > maxBytes) {
          throw new MallardException(
              ErrorCode.RESOURCE_EXHAUSTED,
              what + ": more than " + maxBytes + " bytes; send less at a time");
        }
        builder.add(read);
      }
    }
    return builder.build();
  }

  /** Puts them together. One thread. */
  static final class Builder {
    private final Schema schema;
    private final BufferAllocator allocator;
    private final List<Stored> messages = new ArrayList<>();
    private long rows;
    private long bytes;

    Builder(Schema schema, BufferAllocator allocator) {
      this.schema = schema;
      this.allocator = allocator;
    }

    /** Copies a message, which stays the caller's. */
    void add(IpcMessage message) throws IOException {
      messages.add(store(message, allocator));
      rows += message.rows();
      bytes += message.encodedBytes();
    }

    long bytes() {
      return bytes;
    }

    int size() {
      return messages.size();
    }

    /** A message that was added, to be closed by the caller. */
    IpcMessage load(int index) {
      return StoredBatches.load(messages.get(index), allocator);
    }

    StoredBatches build() {
      return new StoredBatches(schema, List.copyOf(messages), rows, bytes);
    }
  }

  private static Stored store(IpcMessage message, BufferAllocator allocator) throws IOException {
    ByteBuffer header = message.header();
    byte[] headerBytes = new byte[header.remaining()];
    header.get(headerBytes);
    int length = Math.toIntExact(message.body().length());
    byte[] body = new byte[length];
    if (length > 0) {
      try (ArrowBuf all = message.body().read(0, length, allocator)) {
        all.getBytes(0, body);
      }
    }
    return new Stored(headerBytes, body);
  }

  Schema schema() {
    return schema;
  }

  long rows() {
    return rows;
  }

  long bytes() {
    return bytes;
  }

  BatchStream stream(BufferAllocator allocator) {
    return new BatchStream() {
      private int at;

      @Override
      public Schema schema() {
        return schema;
      }

      @Override
      public @Nullable IpcMessage next() {
        return at == messages.size() ? null : StoredBatches.load(messages.get(at++), allocator);
      }

      @Override
      public void close() {}
    };
  }

  private static IpcMessage load(Stored stored, BufferAllocator allocator) {
    ArrowBuf body = allocator.buffer(stored.body().length);
    body.setBytes(0, stored.body());
    body.writerIndex(stored.body().length);
    return new IpcMessage(ByteBuffer.wrap(stored.header()), new MemoryBody(List.of(body)), null);
  }
}
