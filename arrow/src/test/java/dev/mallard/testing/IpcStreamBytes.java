package dev.mallard.testing;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MemoryBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Arrow's streaming format, as other programs write and read it. */
public final class IpcStreamBytes {
  private static final int CONTINUATION = 0xFFFFFFFF;

  private IpcStreamBytes() {}

  public static RecordedStream read(byte[] stream, BufferAllocator allocator) {
    ByteBuffer bytes = ByteBuffer.wrap(stream).order(ByteOrder.LITTLE_ENDIAN);
    Schema schema = null;
    List<IpcMessage> messages = new ArrayList<>();
    while (bytes.remaining() >= 8 && bytes.getInt() == CONTINUATION) {
      int headerLength = bytes.getInt();
      if (headerLength == 0) {
        break;
      }
      ByteBuffer header = bytes.slice(bytes.position(), headerLength);
      bytes.position(bytes.position() + headerLength);
      if (schema == null) {
        schema = ArrowSchemas.read(header);
        continue;
      }
      int bodyLength =
          Math.toIntExact(
              org.apache.arrow.flatbuf.Message.getRootAsMessage(
                      header.duplicate().order(ByteOrder.LITTLE_ENDIAN))
                  .bodyLength());
      ArrowBuf body = allocator.buffer(bodyLength);
      body.writeBytes(stream, bytes.position(), bodyLength);
      bytes.position(bytes.position() + bodyLength);
      messages.add(new IpcMessage(header, new MemoryBody(List.of(body)), null));
    }
    return new RecordedStream(schema, messages);
  }

  /** Does not close the messages. */
  public static byte[] write(Schema schema, List<IpcMessage> messages) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(ArrowSchemas.message(schema), out);
    for (IpcMessage message : messages) {
      write(message, out);
    }
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(CONTINUATION).array());
    return out.toByteArray();
  }

  private static void write(IpcMessage message, ByteArrayOutputStream out) throws IOException {
    ByteBuffer header = message.header();
    int padded = (header.remaining() + 7) & ~7;
    ByteBuffer prefix = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    prefix.putInt(CONTINUATION).putInt(padded).put(header);
    out.write(prefix.array());
    message.body().writeTo(out);
  }
}
