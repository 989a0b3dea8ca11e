package dev.mallard.cli.input;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A file in Arrow's IPC streaming format; bodies stay in the file. */
final class IpcStreamReader implements BatchStream {
  private static final int CONTINUATION = 0xFFFFFFFF;
  private static final int MAX_HEADER_BYTES = 256 << 20;

  private final Path file;
  private final FileChannel channel;
  private final long size;
  private final Schema schema;
  private long position;

  private IpcStreamReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
    IpcMessage first = next();
    if (first == null || first.kind() != IpcMessage.Kind.SCHEMA) {
      throw damaged();
    }
    this.schema = ArrowSchemas.read(first.header());
  }

  static IpcStreamReader open(Path file) throws IOException {
    try (Closer onFailure = new Closer()) {
      IpcStreamReader reader = new IpcStreamReader(file, onFailure.add(FileChannel.open(file)));
      onFailure.release();
      return reader;
    }
  }

  private MallardException damaged() {
    return new MallardException(
        ErrorCode.DATA_LOSS,
        "'" + file.getFileName() + "' is not an Arrow IPC stream, or is cut short");
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    if (position == size) {
      return null;
    }
    ByteBuffer prefix = read(8);
    int length = prefix.getInt() == CONTINUATION ? prefix.getInt() : -1;
    if (length == 0) {
      position = size;
      return null;
    }
    if (length < 0 || length > MAX_HEADER_BYTES) {
      throw damaged();
    }
    ByteBuffer header = read(length);
    try {
      long body =
          Message.getRootAsMessage(header.duplicate().order(ByteOrder.LITTLE_ENDIAN)).bodyLength();
      if (body < 0 || body > size - position) {
        throw damaged();
      }
      IpcMessage message = new IpcMessage(header, new FileBody(channel, position, body), null);
      position += body;
      return message;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw damaged();
    }
  }

  private ByteBuffer read(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      int step = channel.read(bytes, position + bytes.position());
      if (step < 0) {
        throw damaged();
      }
    }
    position += count;
    return bytes.flip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
