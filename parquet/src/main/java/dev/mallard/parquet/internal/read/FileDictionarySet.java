package dev.mallard.parquet.internal.read;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/** A reader's dictionaries, as vectors and as messages. */
final class FileDictionarySet implements AutoCloseable {
  private final Projection projection;
  private final Map<Integer, FileDictionary> gathered;
  private final BufferAllocator allocator;
  private DictionaryProvider.@Nullable MapDictionaryProvider vectors;

  FileDictionarySet(
      Projection projection, Map<Integer, FileDictionary> gathered, BufferAllocator allocator) {
    this.projection = projection;
    this.gathered = gathered;
    this.allocator = allocator;
  }

  /** Made when first asked for; belongs to this. */
  DictionaryProvider vectors() {
    if (vectors == null) {
      vectors = new DictionaryProvider.MapDictionaryProvider();
      try {
        addVectors(vectors);
      } catch (OutOfMemoryException e) {
        Closer.closeAfter(e, this);
        throw DamagedFile.noMemory(e);
      } catch (Throwable e) {
        Closer.closeAfter(e, this);
        throw e;
      }
    }
    return vectors;
  }

  private void addVectors(DictionaryProvider.MapDictionaryProvider target) {
    for (ReadNode.Leaf leaf : projection.leaves()) {
      FileDictionary dictionary = gathered.get(leaf.column());
      DictionaryEncoding encoding = leaf.field().getDictionary();
      if (dictionary != null && encoding != null) {
        target.put(new Dictionary(DictionaryVectors.vector(leaf, dictionary, allocator), encoding));
      }
    }
  }

  /** The fields that have one, in the order of their columns. */
  Deque<ReadNode.Leaf> leaves() {
    Deque<ReadNode.Leaf> leaves = new ArrayDeque<>();
    for (ReadNode.Leaf leaf : projection.leaves()) {
      if (gathered.containsKey(leaf.column())) {
        leaves.add(leaf);
      }
    }
    return leaves;
  }

  /** One field's dictionary as a dictionary batch; the caller closes it. */
  IpcMessage message(ReadNode.Leaf leaf) {
    FileDictionary dictionary = Objects.requireNonNull(gathered.get(leaf.column()));
    long id = Objects.requireNonNull(leaf.field().getDictionary()).getId();
    try (BatchParts parts = DictionaryVectors.parts(leaf, dictionary, allocator)) {
      return parts.toDictionaryMessage(id);
    } catch (OutOfMemoryException e) {
      throw DamagedFile.noMemory(e);
    }
  }

  @Override
  public void close() {
    if (vectors != null) {
      vectors.close();
      vectors = null;
    }
  }
}
