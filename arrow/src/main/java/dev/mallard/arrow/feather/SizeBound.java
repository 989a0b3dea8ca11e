package dev.mallard.arrow.feather;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The most that an Arrow file can be long, known before it is written: for whoever must have room
 * first. A little more than it comes to. Not thread-safe.
 */
public final class SizeBound {
  /** Magic, lengths, the footer's own tables, a few properties. */
  private static final long FRAME_BYTES = 4096;

  /** Prefix, alignment, a changed header, and what the footer says of each message. */
  private static final long MESSAGE_BYTES = 256;

  private long bytes;

  /** Of a file without batches. */
  public SizeBound(Schema schema) {
    // It is in the file twice: in front and in the footer.
    this.bytes = FRAME_BYTES + 2L * ArrowSchemas.message(schema).header().remaining();
  }

  /** Counts a message that is to be written next. */
  public SizeBound add(IpcMessage message) {
    byte[] appMetadata = message.appMetadata();
    bytes += message.encodedBytes() + MESSAGE_BYTES;
    // Kept as text in the header.
    bytes += appMetadata == null ? 0 : 2L * appMetadata.length;
    return this;
  }

  /** The file's length will not be over this, with what was counted so far. */
  public long bytes() {
    return bytes;
  }
}
