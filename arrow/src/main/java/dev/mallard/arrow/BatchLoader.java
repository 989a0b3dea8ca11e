package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * Turns IPC messages into vectors, without copying where they are in memory and uncompressed.
 * Messages must be valid: what a client sent goes through {@link MessageChecker} first.
 *
 * <p>Owns the root, the dictionaries and their vectors until {@link #close()}. A message stays its
 * caller's and may be closed as soon as {@link #load} has returned. Bodies in memory must have been
 * allocated under the same root allocator. Not thread-safe.
 */
public final class BatchLoader implements AutoCloseable {
  private final BufferAllocator allocator;
  private final Map<Long, Dictionary> dictionaries = new HashMap<>();
  private final Map<Long, ColumnLayout> layouts;
  private final List<ColumnLayout> columns;

  /** Whether batches of Arrow before 1.0 would have buffers that vectors do not know. */
  private final boolean oldUnions;

  private final Map<Long, List<IpcMessage>> parts = new HashMap<>();
  private final Map<Long, FieldVector> changed = new LinkedHashMap<>();
  private final VectorSchemaRoot root;
  private final VectorLoader loader;

  /**
   * @param schema in message form
   * @throws MallardException UNIMPLEMENTED if there is no vector for a column's type
   */
  public BatchLoader(Schema schema, BufferAllocator allocator) {
    this.allocator = allocator;
    this.layouts = ColumnLayout.dictionaries(schema);
    this.columns = ColumnLayout.of(schema);
    this.oldUnions = columns.stream().anyMatch(ColumnLayout::hasUnion);
    List<Field> fields = new ArrayList<>(schema.getFields().size());
    try {
      for (Field field : schema.getFields()) {
        fields.add(
            DictionaryUtility.toMemoryFormat(StructNames.distinct(field), allocator, dictionaries));
      }
      this.root =
          VectorSchemaRoot.create(new Schema(fields, schema.getCustomMetadata()), allocator);
    } catch (RuntimeException e) {
      closeDictionaries();
      throw new MallardException(
          ErrorCode.UNIMPLEMENTED, "the schema has a column that cannot be converted", e);
    }
    this.loader = new VectorLoader(root);
  }

  /** The root that every record batch is loaded into, in memory form. */
  public VectorSchemaRoot root() {
    return root;
  }

  /** The dictionaries as they were when the last record batch was loaded. */
  public DictionaryProvider dictionaries() {
    DictionaryProvider.MapDictionaryProvider provider =
        new DictionaryProvider.MapDictionaryProvider();
    dictionaries.values().forEach(provider::put);
    return provider;
  }

  /**
   * Loads one message: a dictionary batch changes its dictionary and gives null; a record batch
   * gives the {@link #root()}, valid until the next one is loaded.
   *
   * @throws MallardException INVALID_ARGUMENT if vectors cannot hold the message
   */
  public @Nullable VectorSchemaRoot load(IpcMessage message) throws IOException {
    BatchHeader header = BatchHeader.read(message);
    if (header.compressed()) {
      try (IpcMessage plain = BodyCodec.decompress(message, allocator, CheckLimits.DEFAULT)) {
        return load(plain);
      }
    }
    BatchHeader.DictionaryPart part = header.dictionary();
    if (part == null) {
      loadDictionaries();
      if (oldUnions && header.version() == MetadataVersion.V4) {
        try (IpcMessage plain =
            MessageCutter.slice(message, header, columns, 0, header.rows(), allocator)) {
          load(BatchHeader.read(plain), plain.body(), loader);
        }
      } else {
        load(header, message.body(), loader);
      }
      return root;
    }
    Dictionary dictionary = dictionaries.get(part.id());
    if (dictionary == null) {
      throw MallardException.invalid("no column has a dictionary of id " + part.id());
    }
    addPart(message, part);
    changed.put(part.id(), dictionary.getVector());
    return null;
  }

  /** Keeps what a delta that may follow must be put behind. */
  private void addPart(IpcMessage message, BatchHeader.DictionaryPart part) throws IOException {
    List<IpcMessage> known = parts.computeIfAbsent(part.id(), id -> new ArrayList<>());
    if (!part.delta()) {
      known.forEach(IpcMessage::close);
      known.clear();
    }
    ColumnLayout layout = layouts.get(part.id());
    if (layout != null) {
      known.add(Dictionaries.normalised(message, layout, allocator));
    }
  }

  /** Loads the dictionaries that have changed, now that somebody wants to see them. */
  private void loadDictionaries() throws IOException {
    for (Map.Entry<Long, FieldVector> entry : changed.entrySet()) {
      List<IpcMessage> known = parts.get(entry.getKey());
      ColumnLayout layout = layouts.get(entry.getKey());
      if (known == null || layout == null) {
        continue;
      }
      if (known.size() > 1) {
        IpcMessage joined = Dictionaries.join(known, layout, allocator);
        known.forEach(IpcMessage::close);
        known.clear();
        known.add(joined);
      }
      IpcMessage whole = known.get(0);
      FieldVector values = entry.getValue();
      VectorSchemaRoot single =
          new VectorSchemaRoot(List.of(values.getField()), List.of(values), 0);
      load(BatchHeader.read(whole), whole.body(), new VectorLoader(single));
    }
    changed.clear();
  }

  private void load(BatchHeader header, MessageBody body, VectorLoader target) throws IOException {
    if (header.rows() < 0 || header.rows() > Integer.MAX_VALUE) {
      throw MallardException.invalid("record batch: " + header.rows() + " rows are too many");
    }
    List<ArrowBuf> buffers = new ArrayList<>(header.buffers().length / 2);
    try {
      for (int i = 0; i < header.buffers().length; i += 2) {
        buffers.add(body.read(header.buffers()[i], header.buffers()[i + 1], allocator));
      }
      target.load(batch(header, buffers));
    } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "record batch: its columns cannot be read as vectors", e);
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
  }

  /** Only a carrier: it neither retains nor releases the buffers. */
  private static ArrowRecordBatch batch(BatchHeader header, List<ArrowBuf> buffers) {
    List<ArrowFieldNode> nodes = new ArrayList<>(header.nodes().length / 2);
    for (int i = 0; i < header.nodes().length; i += 2) {
      nodes.add(new ArrowFieldNode(header.nodes()[i], header.nodes()[i + 1]));
    }
    List<Long> variadic = new ArrayList<>(header.variadicCounts().length);
    for (long count : header.variadicCounts()) {
      variadic.add(count);
    }
    return new ArrowRecordBatch(
        (int) header.rows(),
        nodes,
        buffers,
        NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
        variadic,
        /* alignBuffers= */ true,
        /* retainBuffers= */ false);
  }

  @Override
  public void close() {
    root.close();
    closeDictionaries();
  }

  private void closeDictionaries() {
    parts.values().forEach(known -> known.forEach(IpcMessage::close));
    parts.clear();
    dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
    dictionaries.clear();
  }
}
