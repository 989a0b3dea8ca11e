package dev.mallard.arrow.feather;

import dev.mallard.arrow.Dictionaries;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The dictionaries of a file, which may have them in parts, each as one message: not every reader
 * of a stream understands parts. Holds no memory but that of a message that it has handed out. One
 * thread at a time.
 */
public final class DictionaryParts {
  private final BlockReader reader;
  private final Schema schema;
  private final BufferAllocator allocator;

  /** In the order in which they first came, as a dictionary may need one that is before it. */
  private final Map<Long, List<Block>> partsById = new LinkedHashMap<>();

  private final Set<Long> changed = new LinkedHashSet<>();

  public DictionaryParts(BlockReader reader, Schema schema, BufferAllocator allocator) {
    this.reader = reader;
    this.schema = schema;
    this.allocator = allocator;
  }

  /** Adds the next dictionary batch of the file. */
  public void add(Block block) throws IOException {
    try (IpcMessage message = reader.read(block, IpcMessage.Kind.DICTIONARY_BATCH)) {
      DictionaryBatch batch =
          Damage.guard(
              "a dictionary",
              () -> (DictionaryBatch) message.flatbuffer().header(new DictionaryBatch()));
      boolean delta = Damage.guard("a dictionary", batch::isDelta);
      long id = Damage.guard("a dictionary", batch::id);
      List<Block> parts = partsById.computeIfAbsent(id, key -> new ArrayList<>());
      if (delta == parts.isEmpty()) {
        throw Damage.of(
            delta ? "a dictionary begins with its second part" : "a dictionary is there twice");
      }
      parts.add(block);
      changed.add(id);
    }
  }

  /** A dictionary that has got parts since it was last given out, all of it; null if none has. */
  public @Nullable IpcMessage nextChanged() throws IOException {
    Iterator<Long> ids = changed.iterator();
    if (!ids.hasNext()) {
      return null;
    }
    long id = ids.next();
    ids.remove();
    List<Block> parts = partsById.getOrDefault(id, List.of());
    return parts.size() == 1
        ? reader.read(parts.get(0), IpcMessage.Kind.DICTIONARY_BATCH)
        : merge(parts);
  }

  private IpcMessage merge(List<Block> parts) throws IOException {
    List<IpcMessage> messages = new ArrayList<>(parts.size());
    for (Block part : parts) {
      // Bodies are in the file: there is nothing to close.
      messages.add(reader.read(part, IpcMessage.Kind.DICTIONARY_BATCH));
    }
    List<IpcMessage> whole = new ArrayList<>(1);
    Damage.guardWork(
        "a dictionary", () -> whole.addAll(Dictionaries.concatenate(messages, schema, allocator)));
    return whole.get(0);
  }
}
