package dev.mallard.cli.output;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.FullWrites;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow IPC stream: messages as they come.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">IPC
 *     streaming format</a>
 */
final class IpcStreamSink implements RowSink {
  private static final int CONTINUATION = 0xFFFFFFFF;

  private final WritableByteChannel target;

  IpcStreamSink(Schema schema, WritableByteChannel target) throws IOException {
    this.target = target;
    put(ArrowSchemas.message(schema));
  }

  @Override
  public void write(IpcMessage message) throws IOException {
    try (message) {
      put(message);
    }
  }

  private void put(IpcMessage message) throws IOException {
    ByteBuffer header = message.header();
    int padded = (header.remaining() + 7) & ~7;
    ByteBuffer prefixed = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    FullWrites.write(target, prefixed.putInt(CONTINUATION).putInt(padded).put(header).clear());
    message.body().writeTo(target);
  }

  @Override
  public void finish() throws IOException {
    ByteBuffer end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    FullWrites.write(target, end.putInt(CONTINUATION).putInt(0).clear());
  }

  @Override
  public void close() {}
}
