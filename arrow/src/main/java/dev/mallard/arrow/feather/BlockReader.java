package dev.mallard.arrow.feather;

import dev.mallard.arrow.FileBody;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.mapping.FileMapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of an Arrow IPC file by their blocks: the header into memory, the body by
 * reference. Keeps nothing; the channel stays the caller's and must be open until the messages are
 * closed. One thread at a time.
 */
public final class BlockReader {
  private static final int CONTINUATION = -1;

  private final FileChannel file;
  private final HeaderShape shape;

  private final @Nullable FileMapping mapping;

  /** Of a file that is still written, or read once. */
  public BlockReader(FileChannel file, Schema schema) {
    this(file, schema, null);
  }

  BlockReader(FileChannel file, Schema schema, @Nullable FileMapping mapping) {
    this.file = file;
    this.mapping = mapping;
    this.shape = new HeaderShape(schema);
  }

  /** A Message flatbuffer without its prefix, but with the padding behind it. */
  record Header(ByteBuffer bytes, Message message) {
    /** As {@link IpcMessage#encodedBytes()}. */
    long encodedBytes() {
      return bytes.remaining() + message.bodyLength();
    }
  }

  /**
   * @throws dev.mallard.error.MallardException DATA_LOSS if there is no such message, if it does
   *     not fit the schema, or if the file ends before its body does
   */
  public IpcMessage read(Block block, IpcMessage.Kind kind) throws IOException {
    Header header = header(file, block);
    if (header.message().headerType() != headerType(kind)) {
      throw Damage.of("a message is not of the kind that the footer says");
    }
    switch (kind) {
      case SCHEMA -> throw new IllegalArgumentException("kind: SCHEMA");
      case DICTIONARY_BATCH -> shape.checkDictionary(header.message());
      case RECORD_BATCH -> shape.checkBatch(header.message());
    }
    byte[] appMetadata = AppMetadata.of(header.message());
    if (file.size() < block.end()) {
      throw Damage.of("it was cut short while it was read");
    }
    FileBody body = new FileBody(file, block.bodyOffset(), header.message().bodyLength(), mapping);
    return new IpcMessage(header.bytes(), body, appMetadata);
  }

  private static byte headerType(IpcMessage.Kind kind) {
    return switch (kind) {
      case SCHEMA -> MessageHeader.Schema;
      case DICTIONARY_BATCH -> MessageHeader.DictionaryBatch;
      case RECORD_BATCH -> MessageHeader.RecordBatch;
    };
  }

  /** The block must be within the file's size. */
  static Header header(FileChannel file, Block block) throws IOException {
    ByteBuffer bytes = Preads.read(file, block.offset(), block.metadataLength());
    int prefix = 4;
    int length = bytes.getInt(0);
    if (length == CONTINUATION) {
      prefix = 8;
      length = bytes.getInt(4);
    }
    if (length < 8 || length > bytes.remaining() - prefix) {
      throw Damage.of("the header of a message has an impossible length");
    }
    ByteBuffer header = bytes.slice(prefix, length).order(ByteOrder.LITTLE_ENDIAN);
    Message message =
        Damage.guard(
            "the header of a message",
            () -> {
              Message parsed = Message.getRootAsMessage(header);
              parsed.headerType();
              if (parsed.bodyLength() < 0 || parsed.bodyLength() > block.bodyLength()) {
                throw Damage.of("a message is longer than the footer says");
              }
              return parsed;
            });
    return new Header(header, message);
  }
}
