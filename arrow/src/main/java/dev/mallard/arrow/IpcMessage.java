package dev.mallard.arrow;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * One encoded Arrow IPC message: the currency of the whole server. A message passes from a file, an
 * upload or an engine to a client without being decoded.
 *
 * <p>Owns its body: whoever holds the message closes it. Not thread-safe.
 *
 * @see <a
 *     href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">Encapsulated
 *     message format</a>
 */
public final class IpcMessage implements AutoCloseable {
  /** What the header holds. */
  public enum Kind {
    SCHEMA,
    DICTIONARY_BATCH,
    RECORD_BATCH
  }

  private final ByteBuffer header;
  private final MessageBody body;
  private final byte @Nullable [] appMetadata;
  private final Kind kind;
  private boolean closed;

  /**
   * @param header the Message flatbuffer alone: no continuation marker, no length; not copied
   * @param appMetadata what Flight calls {@code app_metadata}: bytes that travel with the message,
   *     or null
   * @throws IllegalArgumentException if the header is damaged or of no known kind; the body is then
   *     still the caller's to close
   */
  public IpcMessage(ByteBuffer header, MessageBody body, byte @Nullable [] appMetadata) {
    this.header = header.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    this.body = body;
    this.appMetadata = appMetadata;
    try {
      this.kind = kindOf(flatbuffer().headerType());
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("message header: damaged or cut short", e);
    }
  }

  private static Kind kindOf(byte headerType) {
    return switch (headerType) {
      case MessageHeader.Schema -> Kind.SCHEMA;
      case MessageHeader.DictionaryBatch -> Kind.DICTIONARY_BATCH;
      case MessageHeader.RecordBatch -> Kind.RECORD_BATCH;
      default -> throw new IllegalArgumentException("message header type: " + headerType);
    };
  }

  public Kind kind() {
    return kind;
  }

  /** The Message flatbuffer; each call gives a view of its own. */
  public ByteBuffer header() {
    return header.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The header, ready to be asked for its fields. */
  public Message flatbuffer() {
    return Message.getRootAsMessage(header());
  }

  public MessageBody body() {
    return body;
  }

  public byte @Nullable [] appMetadata() {
    return appMetadata;
  }

  /** Rows of a record batch; 0 for other kinds. */
  public long rows() {
    if (kind != Kind.RECORD_BATCH) {
      return 0;
    }
    RecordBatch batch = (RecordBatch) flatbuffer().header(new RecordBatch());
    return batch == null ? 0 : batch.length();
  }

  /** Header and body: about what the message takes on the wire. */
  public long encodedBytes() {
    return header.remaining() + body.length();
  }

  /** Lets go of the body; again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      body.close();
    }
  }
}
