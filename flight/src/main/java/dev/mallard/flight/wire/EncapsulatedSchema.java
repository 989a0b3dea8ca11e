package dev.mallard.flight.wire;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.ArrowSchemas;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A schema as Flight's {@code bytes schema}: an encapsulated IPC message. Stateless.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">Encapsulated
 *     message format</a>
 */
public final class EncapsulatedSchema {
  private static final int CONTINUATION = 0xFFFFFFFF;

  private EncapsulatedSchema() {}

  /**
   * @param schema in message form
   */
  public static byte[] bytes(Schema schema) {
    return bytes(ArrowSchemas.message(schema).header());
  }

  /**
   * @param header a Schema message's flatbuffer; consumed
   */
  public static byte[] bytes(ByteBuffer header) {
    int padded = (header.remaining() + 7) & ~7;
    byte[] bytes = new byte[8 + padded];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(CONTINUATION)
        .putInt(padded)
        .put(header);
    return bytes;
  }

  /** As {@link #bytes}. */
  public static ByteString of(Schema schema) {
    return ByteString.copyFrom(bytes(schema));
  }
}
