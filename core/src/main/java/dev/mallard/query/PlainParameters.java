package dev.mallard.query;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Rows of parameters without dictionaries: each value in its place, so that a row by itself says
 * all. The rows that it reads stay their owner's.
 */
final class PlainParameters implements BatchStream {
  private static final String WHAT = "parameters";

  private final BatchStream encoded;
  private final BatchLoader loader;
  private final Schema schema;

  private PlainParameters(BatchStream encoded, BatchLoader loader, Schema schema) {
    this.encoded = encoded;
    this.loader = loader;
    this.schema = schema;
  }

  /**
   * Reads rows of parameters to their end, to be kept. They stay the caller's to close.
   *
   * @throws MallardException INVALID_ARGUMENT if there is a dictionary inside of a column;
   *     RESOURCE_EXHAUSTED if they are longer than {@code maxBytes}
   */
  static StoredBatches stored(BatchStream rows, long maxBytes, BufferAllocator allocator)
      throws IOException {
    List<Field> fields = rows.schema().getFields();
    fields.forEach(PlainParameters::requirePlainInside);
    if (fields.stream().allMatch(field -> field.getDictionary() == null)) {
      return StoredBatches.of(WHAT, rows, maxBytes, allocator);
    }
    Schema schema = new Schema(fields.stream().map(PlainParameters::plain).toList());
    BatchLoader loader = new BatchLoader(rows.schema(), allocator);
    try (PlainParameters plain = new PlainParameters(rows, loader, schema)) {
      return StoredBatches.of(WHAT, plain, maxBytes, allocator);
    }
  }

  private static void requirePlainInside(Field parameter) {
    if (parameter.getChildren().stream().anyMatch(PlainParameters::hasDictionary)) {
      throw MallardException.invalid(
          "parameter '"
              + parameter.getName()
              + "': dictionaries inside of lists and structures cannot be bound; send the values"
              + " instead");
    }
  }

  private static boolean hasDictionary(Field field) {
    return field.getDictionary() != null
        || field.getChildren().stream().anyMatch(PlainParameters::hasDictionary);
  }

  private static Field plain(Field field) {
    FieldType type = new FieldType(field.isNullable(), field.getType(), null, field.getMetadata());
    return new Field(field.getName(), type, field.getChildren());
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message;
    while ((message = encoded.next()) != null) {
      try (IpcMessage read = message) {
        VectorSchemaRoot root = loader.load(read);
        if (root != null) {
          return decoded(root);
        }
      }
    }
    return null;
  }

  private IpcMessage decoded(VectorSchemaRoot root) {
    try (Closer temporary = new Closer()) {
      List<FieldVector> columns = new ArrayList<>();
      List<Field> fields = new ArrayList<>();
      for (FieldVector column : root.getFieldVectors()) {
        DictionaryEncoding encoding = column.getField().getDictionary();
        FieldVector values =
            encoding == null
                ? column
                : temporary.add(
                    (FieldVector)
                        DictionaryEncoder.decode(
                            column, loader.dictionaries().lookup(encoding.getId())));
        columns.add(values);
        fields.add(values.getField());
      }
      // Not closed: it would close the loader's vectors.
      return BatchEncoder.encode(new VectorSchemaRoot(fields, columns, root.getRowCount()));
    }
  }

  @Override
  public void close() {
    loader.close();
  }
}
