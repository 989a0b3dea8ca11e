package dev.mallard.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * Vectors with pseudo-random values for any schema: the same seed gives the same values. Owns the
 * root and the dictionaries.
 */
public final class SampleBatch implements AutoCloseable {
  private static final int DICTIONARY_SIZE = 11;

  private final Schema schema;
  private final VectorSchemaRoot root;
  private final Map<Long, Dictionary> dictionaries;

  private SampleBatch(Schema schema, VectorSchemaRoot root, Map<Long, Dictionary> dictionaries) {
    this.schema = schema;
    this.root = root;
    this.dictionaries = dictionaries;
  }

  /**
   * @param schema in message form
   */
  public static SampleBatch of(Schema schema, int rows, long seed, BufferAllocator allocator) {
    Map<Long, Dictionary> dictionaries = new HashMap<>();
    List<Field> fields = new ArrayList<>();
    for (Field field : schema.getFields()) {
      fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
    }
    VectorFiller filler = new VectorFiller(new Random(seed), DICTIONARY_SIZE);
    dictionaries.values().forEach(d -> filler.fill(d.getVector(), DICTIONARY_SIZE));
    VectorSchemaRoot root =
        VectorSchemaRoot.create(new Schema(fields, schema.getCustomMetadata()), allocator);
    root.getFieldVectors().forEach(vector -> filler.fill(vector, rows));
    // Not setRowCount: it would set the value counts of vectors again.
    VectorSchemaRoot filled = new VectorSchemaRoot(root.getSchema(), root.getFieldVectors(), rows);
    return new SampleBatch(schema, filled, dictionaries);
  }

  /** In message form. */
  public Schema schema() {
    return schema;
  }

  /** In memory form. */
  public VectorSchemaRoot root() {
    return root;
  }

  public DictionaryProvider dictionaries() {
    DictionaryProvider.MapDictionaryProvider provider =
        new DictionaryProvider.MapDictionaryProvider();
    dictionaries.values().forEach(provider::put);
    return provider;
  }

  /** All rows as Java values, dictionary-encoded ones decoded. */
  public List<List<Object>> rows() {
    return VectorValues.rows(root, dictionaries());
  }

  @Override
  public void close() {
    root.close();
    dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
  }
}
