package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Checks the messages of one stream that comes from somebody else, one by one and in order. A
 * message that passes can be loaded, cut, stored and sent on without anything in it leading outside
 * of it: lengths, offsets, indices, ids, null counts and text are what they say they are.
 *
 * <p>Buffers of fixed-width values are not looked at. What a value means (a date far away, a
 * decimal with too many digits) is not checked either. A compressed message is decompressed for the
 * check and thrown away again; who needs it decompressed anyway does that first, with {@link
 * BodyCodec}.
 *
 * <p>Remembers how long the stream's dictionaries are. Not thread-safe; needs no closing.
 */
public final class MessageChecker {
  private final BufferAllocator allocator;
  private final CheckLimits limits;
  private final List<ColumnLayout> columns;
  private final Map<Long, ColumnLayout> dictionaries;
  private final Map<Long, Set<Long>> nested;
  private final Map<Long, Long> dictionaryLengths = new HashMap<>();
  private final IntegerScan scan = new IntegerScan();

  /**
   * @param schema in message form, as {@link ArrowSchemas#read} gives it
   * @param allocator for what has to be copied to be checked
   */
  public MessageChecker(Schema schema, BufferAllocator allocator, CheckLimits limits) {
    this.allocator = allocator;
    this.limits = limits;
    this.columns = ColumnLayout.of(schema);
    this.dictionaries = ColumnLayout.dictionaries(schema);
    this.nested = ColumnLayout.nestedDictionaries(dictionaries);
  }

  /**
   * Checks the next message of the stream, which stays its caller's.
   *
   * @throws MallardException INVALID_ARGUMENT, naming the column and what is wrong with it;
   *     RESOURCE_EXHAUSTED if the message is over the limits. The stream cannot go on after that
   */
  public void check(IpcMessage message) throws IOException {
    try {
      checkMessage(message);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "record batch: the message is damaged", e);
    }
  }

  private void checkMessage(IpcMessage message) throws IOException {
    BatchHeader header = BatchHeader.read(message);
    if (header.version() != MetadataVersion.V4 && header.version() != MetadataVersion.V5) {
      throw MallardException.invalid(
          "record batch: metadata version " + header.version() + " (expected: V4 or V5)");
    }
    if (header.bodyLength() != message.body().length()) {
      throw MallardException.invalid(
          "record batch: a body of %d bytes is declared, but it has %d"
              .formatted(header.bodyLength(), message.body().length()));
    }
    if (header.rows() < 0) {
      throw MallardException.invalid("record batch: rows: " + header.rows() + " (expected: >= 0)");
    }
    if (header.rows() > limits.rows()) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "record batch: %d rows (at most %d); send smaller batches"
              .formatted(header.rows(), limits.rows()));
    }
    if (header.compressed()) {
      try (IpcMessage plain = BodyCodec.decompress(message, allocator, limits)) {
        checkBatch(BatchHeader.read(plain), plain.body());
      }
    } else {
      checkBatch(header, message.body());
    }
  }

  private void checkBatch(BatchHeader header, MessageBody body) throws IOException {
    BatchHeader.DictionaryPart dictionary = header.dictionary();
    if (dictionary == null) {
      checkColumns(header, body, columns);
      return;
    }
    ColumnLayout layout = dictionaries.get(dictionary.id());
    if (layout == null) {
      throw MallardException.invalid(
          "dictionary batch: no column has a dictionary of id " + dictionary.id());
    }
    Long before = dictionaryLengths.get(dictionary.id());
    if (dictionary.delta() && before == null) {
      throw MallardException.invalid(
          "dictionary of column '%s': a delta was sent before the dictionary itself"
              .formatted(layout.path()));
    }
    checkColumns(header, body, List.of(layout));
    long length = header.rows() + (dictionary.delta() && before != null ? before : 0);
    if (length > limits.rows()) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "dictionary of column '%s': more than %d values".formatted(layout.path(), limits.rows()));
    }
    dictionaryLengths.put(dictionary.id(), length);
    if (before != null && length < before) {
      forgetParents(dictionary.id());
    }
  }

  /**
   * Dictionaries whose values are indices into one that has become shorter no longer hold; they
   * have to be sent again before they are used.
   */
  private void forgetParents(long id) {
    nested.forEach(
        (parent, ids) -> {
          if (ids.contains(id) && dictionaryLengths.remove(parent) != null) {
            forgetParents(parent);
          }
        });
  }

  private void checkColumns(BatchHeader header, MessageBody body, List<ColumnLayout> layouts)
      throws IOException {
    boolean oldVersion = header.version() == MetadataVersion.V4;
    ColumnChecker checker =
        new ColumnChecker(body, allocator, limits, dictionaryLengths, scan, oldVersion);
    for (ColumnData column : ColumnData.of(header, layouts)) {
      if (column.length() != header.rows()) {
        throw column.invalid(
            "it has %d rows; the record batch has %d".formatted(column.length(), header.rows()));
      }
      checker.check(column, false);
    }
  }
}
