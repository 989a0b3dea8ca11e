package dev.mallard.arrow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Schemas as they stand in Schema messages (<em>message form</em>: a dictionary-encoded field has
 * the type of its values) and as vectors need them (<em>memory form</em>: such a field has the type
 * of its indices). Everything in the server is in message form unless it says otherwise.
 *
 * <p>Extension types are kept as their storage type with their metadata, whether or not arrow-java
 * knows them, so that nothing is lost on the way.
 *
 * @see <a href="https://github.com/apache/arrow/blob/main/format/Schema.fbs">Schema.fbs</a>
 */
public final class ArrowSchemas {
  private ArrowSchemas() {}

  /**
   * Decodes the header of a Schema message, which may come from anybody.
   *
   * @param schemaHeader the Message flatbuffer alone; not consumed
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT if it is damaged, hostile or
   *     describes what does not exist in Arrow; UNIMPLEMENTED for what exists but is not supported
   *     (big-endian data, decimals of 32 and 64 bits)
   */
  public static Schema read(ByteBuffer schemaHeader) {
    return SchemaReader.readMessage(schemaHeader);
  }

  /** Decodes a Schema flatbuffer inside another one, such as the footer of an Arrow file. */
  public static Schema read(org.apache.arrow.flatbuf.Schema schema) {
    return SchemaReader.readTable(schema);
  }

  /** The Schema message for a schema in message form. It has no body; closing it is optional. */
  public static IpcMessage message(Schema schema) {
    return new IpcMessage(MessageSerializer.serializeMetadata(schema), MessageBody.EMPTY, null);
  }

  /**
   * The same schema with index types in place of the value types of dictionary-encoded fields.
   * Fields of one struct that have the same name have different ones here: vectors need them.
   */
  public static Schema toMemoryForm(Schema schema) {
    List<Field> fields = toMemoryForm(schema.getFields());
    return new Schema(
        fields.stream().map(StructNames::distinct).toList(), schema.getCustomMetadata());
  }

  private static List<Field> toMemoryForm(List<Field> fields) {
    List<Field> result = new ArrayList<>(fields.size());
    for (Field field : fields) {
      result.add(toMemoryForm(field));
    }
    return result;
  }

  static Field toMemoryForm(Field field) {
    DictionaryEncoding encoding = field.getDictionary();
    ArrowType type = encoding == null ? field.getType() : encoding.getIndexType();
    List<Field> children = encoding == null ? toMemoryForm(field.getChildren()) : List.<Field>of();
    return new Field(
        field.getName(),
        new FieldType(field.isNullable(), type, encoding, field.getMetadata()),
        children);
  }

  /**
   * Why rows of {@code appended} cannot be appended to a dataset, in words that name the column, or
   * empty if they can. Metadata does not matter; rows without nulls may go into a nullable column.
   */
  public static Optional<String> incompatibility(Schema dataset, Schema appended) {
    return SchemaComparison.firstDifference(dataset, appended);
  }
}
