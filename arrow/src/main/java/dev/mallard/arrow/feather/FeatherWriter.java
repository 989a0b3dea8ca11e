package dev.mallard.arrow.feather;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.DictionaryUnifier;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.MessageBody;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes an Arrow IPC file of messages as they come: bodies byte for byte, compressed ones too,
 * headers changed only to carry app_metadata. What cannot stay is a dictionary that is replaced: a
 * file has one for each column, which can only grow. Takes memory for one buffer and the
 * dictionaries, whatever the data's size.
 */
public final class FeatherWriter implements BatchWriter {
  /**
   * Bodies begin at multiples of this, so that a reader that maps the file gets aligned buffers.
   */
  private static final int ALIGNMENT = 64;

  private final WritableByteChannel target;
  private final AppendingSink sink;
  private final Schema schema;
  private final BufferAllocator allocator;
  private final Listener listener;

  /** Null if the schema has no dictionaries. */
  private final @Nullable DictionaryUnifier unifier;

  private final BlockList dictionaries = new BlockList();
  private final BlockList batches = new BlockList();
  private final LongList rows = new LongList();
  private final ArrowBytes arrowBytes = new ArrowBytes();
  private long rowSum;
  private boolean ended;

  /** Is told of each message that was written, perhaps before it is in the file. */
  public interface Listener {
    /**
     * @param rows of a record batch; 0 for a dictionary batch
     */
    void written(IpcMessage.Kind kind, Block block, long rows);
  }

  FeatherWriter(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    this(target, schema, allocator, (kind, block, rows) -> {});
  }

  /**
   * @param target only appended to; stays the caller's. Should be a file, new and open for reading
   *     too: otherwise the Arrow bytes of data whose dictionaries grow are not known
   */
  public FeatherWriter(
      WritableByteChannel target, Schema schema, BufferAllocator allocator, Listener listener)
      throws IOException {
    this.target = target;
    this.schema = schema;
    this.allocator = allocator;
    this.listener = listener;
    this.unifier =
        DictionaryIds.of(schema).isEmpty() ? null : new DictionaryUnifier(schema, allocator);
    this.sink = new AppendingSink(target, allocator);
    try (Closer onFailure = new Closer()) {
      onFailure.add(this);
      sink.put(ByteBuffer.wrap(FooterReader.MAGIC));
      sink.zeros(FooterReader.HEAD_BYTES - FooterReader.MAGIC.length);
      append(ArrowSchemas.message(schema).header(), MessageBody.EMPTY, 0);
      onFailure.release();
    }
  }

  @Override
  public void write(IpcMessage message) throws IOException {
    try (message) {
      requireOpen();
      // Until all of it is written, what is in the file is not known.
      ended = true;
      writeOpen(message);
      ended = false;
    }
  }

  private void writeOpen(IpcMessage message) throws IOException {
    if (dictionaries.size() + batches.size() >= Limits.BLOCKS) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "A Feather file can have at most "
              + Limits.BLOCKS
              + " batches; send larger ones, or store the dataset as Parquet.");
    }
    if (message.kind() == IpcMessage.Kind.SCHEMA) {
      throw new IllegalArgumentException("a second schema message");
    }
    if (unifier == null) {
      writeUnified(message);
      return;
    }
    try (IpcMessage unified = unifier.accept(message)) {
      if (unified != null) {
        writeUnified(unified);
      }
    }
  }

  private void writeUnified(IpcMessage message) throws IOException {
    if (message.kind() == IpcMessage.Kind.DICTIONARY_BATCH) {
      writeDictionary(message);
    } else {
      writeBatch(message);
    }
  }

  private void writeDictionary(IpcMessage message) throws IOException {
    DictionaryBatch batch = (DictionaryBatch) message.flatbuffer().header(new DictionaryBatch());
    Block block = append(header(message), message.body(), batch.data().buffersLength());
    dictionaries.add(block);
    arrowBytes.addDictionary(batch, sent(block));
    listener.written(IpcMessage.Kind.DICTIONARY_BATCH, block, 0);
  }

  private void writeBatch(IpcMessage message) throws IOException {
    RecordBatch batch = (RecordBatch) message.flatbuffer().header(new RecordBatch());
    Block block = append(header(message), message.body(), batch.buffersLength());
    batches.add(block);
    rows.add(batch.length());
    rowSum = Math.addExact(rowSum, batch.length());
    arrowBytes.addBatch(batch, sent(block));
    listener.written(IpcMessage.Kind.RECORD_BATCH, block, batch.length());
  }

  /** The message's header, changed where it would not fit the file. */
  private static ByteBuffer header(IpcMessage message) {
    Message header = message.flatbuffer();
    byte @Nullable [] appMetadata = message.appMetadata();
    long bodyLength = padded(message.body().length());
    if (appMetadata == null && header.bodyLength() == bodyLength) {
      return message.header();
    }
    HeaderRewriter rewriter = new HeaderRewriter(message.header()).bodyLength(bodyLength);
    if (appMetadata != null) {
      rewriter.customMetadata(AppMetadata.KEY, AppMetadata.encode(appMetadata));
    }
    return rewriter.build();
  }

  private Block append(ByteBuffer header, MessageBody body, int buffers) throws IOException {
    long offset = sink.position();
    int alignment = body.length() == 0 ? 8 : ALIGNMENT;
    long unpadded = offset + 8 + header.remaining();
    int padding = (int) (-unpadded & (alignment - 1));
    int length = header.remaining() + padding;
    if (length > Limits.HEADER_BYTES - 8) {
      throw MallardException.invalid(
          "The metadata of a batch is over "
              + (Limits.HEADER_BYTES >> 20)
              + " MiB; send fewer columns or less app_metadata.");
    }
    sink.putInt(-1);
    sink.putInt(length);
    sink.put(header);
    sink.zeros(padding);
    sink.put(body, buffers);
    long bodyLength = padded(body.length());
    sink.zeros((int) (bodyLength - body.length()));
    return new Block(offset, 8 + length, bodyLength);
  }

  private static long sent(Block block) {
    return block.metadataLength() - 8 + block.bodyLength();
  }

  private static long padded(long length) {
    return (length + 7) & ~7L;
  }

  /** Makes everything that was written so far readable in the file. */
  public void flush() throws IOException {
    requireOpen();
    sink.flush();
  }

  @Override
  public WrittenFile finish(Map<String, String> properties) throws IOException {
    requireOpen();
    ended = true;
    if (arrowBytes.needsWholeDictionaries()) {
      measureDictionaries();
    }
    sink.putInt(-1);
    sink.putInt(0);
    BatchIndex index = new BatchIndex(rows.toArray(), arrowBytes.total());
    ByteBuffer footer =
        new FooterBuilder(schema, dictionaries, batches).build(properties, index, sink.position());
    sink.put(footer);
    sink.putInt(footer.remaining());
    sink.put(ByteBuffer.wrap(FooterReader.MAGIC));
    sink.flush();
    close();
    return new WrittenFile(rowSum, arrowBytes.total());
  }

  /** Puts the dictionaries together as a reader will, which also shows that it can be done. */
  private void measureDictionaries() throws IOException {
    if (!(target instanceof FileChannel file)) {
      return;
    }
    sink.flush();
    DictionaryParts parts = new DictionaryParts(new BlockReader(file, schema), schema, allocator);
    long bytes = 0;
    try {
      for (int i = 0; i < dictionaries.size(); i++) {
        parts.add(dictionaries.get(i));
      }
      for (IpcMessage next = parts.nextChanged(); next != null; next = parts.nextChanged()) {
        try (IpcMessage whole = next) {
          bytes += whole.encodedBytes();
        }
      }
    } catch (NonReadableChannelException e) {
      return;
    }
    arrowBytes.wholeDictionaries(bytes);
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the writer has ended or failed");
    }
  }

  @Override
  public void close() {
    ended = true;
    sink.close();
    if (unifier != null) {
      unifier.close();
    }
  }
}
