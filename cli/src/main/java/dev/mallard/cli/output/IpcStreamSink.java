package dev.mallard.cli.output;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An Arrow IPC stream: messages as they come.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">IPC
 *     streaming format</a>
 */
final class IpcStreamSink implements RowSink {
  private static final int CONTINUATION = 0xFFFFFFFF;

  private final OutputStream target;

  IpcStreamSink(Schema schema, OutputStream target) throws IOException {
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
    putInts(CONTINUATION, padded);
    byte[] bytes = new byte[padded];
    header.get(bytes, 0, header.remaining());
    target.write(bytes);
    message.body().writeTo(target);
  }

  private void putInts(int first, int second) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    target.write(bytes.putInt(first).putInt(second).array());
  }

  @Override
  public void finish() throws IOException {
    putInts(CONTINUATION, 0);
    target.flush();
  }

  @Override
  public void close() {}
}
