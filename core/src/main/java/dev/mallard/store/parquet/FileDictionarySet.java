package dev.mallard.store.parquet;

import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** A reader's dictionaries as vectors. */
final class FileDictionarySet implements AutoCloseable {
  private final DictionaryProvider.MapDictionaryProvider provider =
      new DictionaryProvider.MapDictionaryProvider();

  FileDictionarySet(
      ParquetFooter footer, Map<Integer, FileDictionary> gathered, BufferAllocator allocator) {
    try {
      for (ReadNode.Leaf leaf : footer.leaves()) {
        FileDictionary dictionary = gathered.get(leaf.column());
        DictionaryEncoding encoding = leaf.field().getDictionary();
        if (dictionary != null && encoding != null) {
          FieldVector values = DictionaryVectors.vector(leaf, dictionary, allocator);
          provider.put(new Dictionary(values, encoding));
        }
      }
    } catch (OutOfMemoryException e) {
      close();
      throw DictionaryVectors.noMemory(e);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  DictionaryProvider provider() {
    return provider;
  }

  @Override
  public void close() {
    provider.close();
  }
}
