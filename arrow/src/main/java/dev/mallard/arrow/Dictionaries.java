package dev.mallard.arrow;

import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Puts dictionaries together that came in parts. Clients on arrow-java take a delta for a
 * replacement, so a server that has all parts sends the whole. Stateless.
 */
public final class Dictionaries {
  private Dictionaries() {}

  /**
   * One dictionary batch for each dictionary, in the order in which each was first seen: of the
   * last batch that is no delta and all deltas after it.
   *
   * @param batches dictionary batches in their order, compressed or not; they stay their caller's
   * @param schema in message form
   * @return new messages in memory, which may share buffers; the caller closes them
   * @throws MallardException INVALID_ARGUMENT if a dictionary becomes too large for its offsets;
   *     DATA_LOSS if a batch is not valid
   */
  public static List<IpcMessage> concatenate(
      List<IpcMessage> batches, Schema schema, BufferAllocator allocator) throws IOException {
    Map<Long, ColumnLayout> layouts = ColumnLayout.dictionaries(schema);
    Map<Long, List<IpcMessage>> byId = new LinkedHashMap<>();
    for (IpcMessage batch : batches) {
      BatchHeader.DictionaryPart part = BatchHeader.read(batch).dictionary();
      if (part == null || !layouts.containsKey(part.id())) {
        throw MallardException.invalid("not a dictionary batch of this schema");
      }
      List<IpcMessage> parts = byId.computeIfAbsent(part.id(), id -> new ArrayList<>());
      if (!part.delta()) {
        parts.clear();
      }
      parts.add(batch);
    }
    List<IpcMessage> whole = new ArrayList<>(byId.size());
    try (Closer onFailure = new Closer()) {
      for (Map.Entry<Long, List<IpcMessage>> entry : byId.entrySet()) {
        ColumnLayout layout = layouts.get(entry.getKey());
        if (layout != null) {
          whole.add(onFailure.add(join(entry.getValue(), layout, allocator)));
        }
      }
      onFailure.release();
      return whole;
    }
  }

  /** The parts of one dictionary as one batch that is no delta. */
  static IpcMessage join(List<IpcMessage> parts, ColumnLayout layout, BufferAllocator allocator)
      throws IOException {
    try (Closer normal = new Closer();
        MessageBuilder builder = new MessageBuilder()) {
      List<ColumnJoiner.Part> columns = new ArrayList<>(parts.size());
      long rows = 0;
      long id = 0;
      for (IpcMessage part : parts) {
        IpcMessage one = normal.add(normalised(part, layout, allocator));
        BatchHeader header = BatchHeader.read(one);
        id = header.dictionary() == null ? 0 : header.dictionary().id();
        rows += header.rows();
        columns.add(
            new ColumnJoiner.Part(ColumnData.of(header, List.of(layout)).get(0), one.body()));
      }
      new ColumnJoiner(allocator, builder).join(columns);
      return builder.build(new BatchHeader.DictionaryPart(id, false), rows);
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new MallardException(
          ErrorCode.DATA_LOSS, "a dictionary is damaged: its parts do not fit together", e);
    }
  }

  /** A copy in memory (sharing what it can), uncompressed, in the form that can be joined. */
  static IpcMessage normalised(IpcMessage message, ColumnLayout layout, BufferAllocator allocator)
      throws IOException {
    if (BodyCodec.isCompressed(message)) {
      try (IpcMessage plain = BodyCodec.decompress(message, allocator, CheckLimits.DEFAULT)) {
        return normalised(plain, layout, allocator);
      }
    }
    if (!(message.body() instanceof MemoryBody)) {
      // It is kept for as long as others need it, which may be longer than its file is open.
      try (IpcMessage loaded = loaded(message, allocator)) {
        return normalised(loaded, layout, allocator);
      }
    }
    BatchHeader header = BatchHeader.read(message);
    return MessageCutter.slice(message, header, List.of(layout), 0, header.rows(), allocator);
  }

  private static IpcMessage loaded(IpcMessage message, BufferAllocator allocator)
      throws IOException {
    MessageBody body = message.body();
    MemoryBody inMemory = new MemoryBody(List.of(body.read(0, body.length(), allocator)));
    return new IpcMessage(message.header(), inMemory, message.appMetadata());
  }
}
