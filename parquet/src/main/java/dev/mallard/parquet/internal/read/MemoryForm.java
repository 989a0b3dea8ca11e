package dev.mallard.parquet.internal.read;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Schemas as vectors have them: a dictionary-encoded field is of its index type. */
final class MemoryForm {
  private MemoryForm() {}

  static Schema of(Schema message) {
    return new Schema(of(message.getFields()), message.getCustomMetadata());
  }

  private static List<Field> of(List<Field> fields) {
    List<Field> result = new ArrayList<>(fields.size());
    for (Field field : fields) {
      result.add(of(field));
    }
    return result;
  }

  private static Field of(Field field) {
    DictionaryEncoding dictionary = field.getDictionary();
    if (dictionary == null) {
      FieldType type =
          new FieldType(field.isNullable(), field.getType(), null, field.getMetadata());
      return new Field(field.getName(), type, of(field.getChildren()));
    }
    FieldType type =
        new FieldType(
            field.isNullable(), dictionary.getIndexType(), dictionary, field.getMetadata());
    return new Field(field.getName(), type, List.of());
  }
}
