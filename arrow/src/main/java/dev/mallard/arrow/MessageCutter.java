package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Takes contiguous rows out of record batches. Stateless. */
public final class MessageCutter {
  private MessageCutter() {}

  /**
   * Rows of a record batch, or values of a dictionary batch, that is not compressed and valid. The
   * message stays its caller's; the result is a new message in memory that may share its buffers.
   *
   * @param schema in message form
   * @throws MallardException DATA_LOSS if the message turns out not to be valid
   */
  public static IpcMessage slice(
      IpcMessage message, Schema schema, long fromRow, long toRow, BufferAllocator allocator)
      throws IOException {
    BatchHeader header = BatchHeader.read(message);
    BatchHeader.DictionaryPart dictionary = header.dictionary();
    List<ColumnLayout> layouts;
    if (dictionary == null) {
      layouts = ColumnLayout.of(schema);
    } else {
      ColumnLayout layout = ColumnLayout.dictionaries(schema).get(dictionary.id());
      if (layout == null) {
        throw MallardException.invalid("no column has a dictionary of id " + dictionary.id());
      }
      layouts = List.of(layout);
    }
    java.util.Objects.checkFromToIndex(fromRow, toRow, header.rows());
    return slice(message, header, layouts, fromRow, toRow, allocator);
  }

  static IpcMessage slice(
      IpcMessage message,
      BatchHeader header,
      List<ColumnLayout> layouts,
      long from,
      long to,
      BufferAllocator allocator)
      throws IOException {
    if (header.compressed()) {
      throw new IllegalArgumentException("the message is compressed");
    }
    try (MessageBuilder builder = new MessageBuilder()) {
      ColumnSlicer slicer = new ColumnSlicer(message.body(), allocator, builder);
      for (ColumnData column : ColumnData.of(header, layouts)) {
        slicer.slice(column, from, to);
      }
      if (from == 0) {
        builder.customMetadata(header.customMetadata());
        builder.appMetadata(message.appMetadata());
      }
      return builder.build(header.dictionary(), to - from);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new MallardException(
          ErrorCode.DATA_LOSS, "the record batch is damaged: its parts do not fit together", e);
    }
  }
}
