package dev.mallard.arrow;

import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream whose dictionaries may be replaced into one that a file can hold: a file allows
 * one dictionary for each id, and deltas to it. A dictionary that is sent again is dropped, one
 * that was only made longer becomes a delta, and for any other the values that are missing become a
 * delta and the indices of the record batches after it are changed.
 *
 * <p>Messages must be valid. Keeps the dictionaries in memory until {@link #close()}. Not
 * thread-safe.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">IPC file
 *     format</a>
 */
public final class DictionaryUnifier implements AutoCloseable {
  private final BufferAllocator allocator;
  private final List<ColumnLayout> columns;
  private final Map<Long, UnifiedDictionary> dictionaries = new LinkedHashMap<>();

  /**
   * @param schema in message form
   */
  public DictionaryUnifier(Schema schema, BufferAllocator allocator) {
    this.allocator = allocator;
    this.columns = ColumnLayout.of(schema);
    Map<Long, ColumnLayout> layouts = ColumnLayout.dictionaries(schema);
    Set<Long> entangled = new HashSet<>();
    ColumnLayout.nestedDictionaries(layouts)
        .forEach(
            (id, nested) -> {
              if (!nested.isEmpty()) {
                entangled.add(id);
                entangled.addAll(nested);
              }
            });
    layouts.forEach(
        (id, layout) ->
            dictionaries.put(
                id, new UnifiedDictionary(id, layout, entangled.contains(id), allocator)));
  }

  /**
   * Takes over the next message of the stream and returns what to write in its place (the same
   * message, if nothing has to change), or null for nothing. The caller closes the result. The
   * message is closed also when this throws.
   *
   * @throws MallardException INVALID_ARGUMENT, naming the column, if its indices become too large
   *     for their type, or a dictionary within a dictionary is replaced
   */
  public @Nullable IpcMessage accept(IpcMessage message) throws IOException {
    try {
      BatchHeader header = BatchHeader.read(message);
      BatchHeader.DictionaryPart part = header.dictionary();
      if (part == null) {
        return rewrite(message, header);
      }
      UnifiedDictionary dictionary = dictionaries.get(part.id());
      if (dictionary == null) {
        throw MallardException.invalid("no column has a dictionary of id " + part.id());
      }
      return dictionary.accept(message, part.delta());
    } catch (Throwable e) {
      Closer.closeAfter(e, message);
      throw e;
    }
  }

  private IpcMessage rewrite(IpcMessage message, BatchHeader header) throws IOException {
    Map<Long, int[]> mappings = new HashMap<>();
    dictionaries.forEach(
        (id, dictionary) -> {
          int[] mapping = dictionary.mapping();
          if (mapping != null) {
            mappings.put(id, mapping);
          }
        });
    if (mappings.isEmpty()) {
      return message;
    }
    if (header.compressed()) {
      IpcMessage plain = BodyCodec.decompress(message, allocator, CheckLimits.DEFAULT);
      message.close();
      return rewrite(plain, BatchHeader.read(plain));
    }
    try (message;
        MessageBuilder builder = new MessageBuilder()) {
      for (ColumnData column : ColumnData.of(header, columns)) {
        copy(column, message.body(), mappings, builder);
      }
      builder.customMetadata(header.customMetadata());
      builder.appMetadata(message.appMetadata());
      return builder.build(null, header.rows());
    }
  }

  private void copy(
      ColumnData column, MessageBody body, Map<Long, int[]> mappings, MessageBuilder builder)
      throws IOException {
    builder.node(column.length(), column.nulls());
    DictionaryEncoding encoding = column.layout().dictionary();
    int[] mapping = encoding == null ? null : mappings.get(encoding.getId());
    for (int i = 0; i < column.ranges().length / 2; i++) {
      ArrowBuf buffer = body.read(column.offset(i), column.size(i), allocator);
      if (mapping != null && encoding != null && i == 1) {
        try (buffer;
            ArrowBuf bitmap = body.read(column.offset(0), column.size(0), allocator)) {
          Validity validity = bitmap.readableBytes() == 0 ? Validity.ALL : new Validity(bitmap);
          builder.buffer(mapped(column, encoding, buffer, validity, mapping));
        }
      } else {
        builder.buffer(buffer);
      }
    }
    if (column.layout().kind() == ColumnLayout.Kind.VIEW) {
      builder.variadicCount(column.dataBuffers());
    }
    for (ColumnData child : column.children()) {
      copy(child, body, mappings, builder);
    }
  }

  private ArrowBuf mapped(
      ColumnData column,
      DictionaryEncoding encoding,
      ArrowBuf indices,
      Validity validity,
      int[] mapping) {
    int width = column.layout().width();
    boolean signed = encoding.getIndexType().getIsSigned();
    long most = width == 8 ? Long.MAX_VALUE : (1L << (8 * width - (signed ? 1 : 0))) - 1;
    long mask = width == 8 ? -1 : (1L << (8 * width)) - 1;
    ArrowBuf target = allocator.buffer(column.length() * width);
    try {
      target.setZero(0, column.length() * width);
      target.writerIndex(column.length() * width);
      for (long row = 0; row < column.length(); row++) {
        if (!validity.isSet(row)) {
          continue;
        }
        int position = mapping[Math.toIntExact(IntegerScan.get(indices, width, row) & mask)];
        if (position > most) {
          throw column.invalid(
              "its dictionaries hold more values together than "
                  + encoding.getIndexType()
                  + " can count; use a wider index type");
        }
        IntegerScan.put(target, width, row, position);
      }
      return target;
    } catch (Throwable e) {
      Closer.closeAfter(e, target);
      throw e;
    }
  }

  @Override
  public void close() {
    dictionaries.values().forEach(UnifiedDictionary::close);
  }
}
