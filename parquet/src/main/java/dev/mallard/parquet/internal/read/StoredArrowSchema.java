package dev.mallard.parquet.internal.read;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schema that Arrow writers leave in a Parquet file: a base64 text of an encapsulated Schema
 * message. It is a hint: one that cannot be read is as if it were not there.
 */
final class StoredArrowSchema {
  static final String KEY = "ARROW:schema";

  private static final int MAX_DEPTH = 64;
  private static final int MAX_FIELDS = 200_000;

  private StoredArrowSchema() {}

  static @Nullable Schema decode(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int prefix = buffer.getInt(0) == -1 ? 8 : 4;
      ByteBuffer flat = buffer.position(prefix).slice().order(ByteOrder.LITTLE_ENDIAN);
      Message message = Message.getRootAsMessage(flat);
      if (message.headerType() != MessageHeader.Schema) {
        return null;
      }
      org.apache.arrow.flatbuf.Schema schema =
          (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema());
      if (schema == null || !new Budget(bytes.length).allows(schema)) {
        return null;
      }
      Schema converted = Schema.convertSchema(schema);
      return new Schema(storage(converted.getFields()), converted.getCustomMetadata());
    } catch (RuntimeException e) {
      return null;
    }
  }

  /** Extension types are carried as what they are stored in, their names as metadata. */
  private static List<Field> storage(List<Field> fields) {
    List<Field> result = new ArrayList<>(fields.size());
    for (Field field : fields) {
      result.add(storage(field));
    }
    return result;
  }

  private static Field storage(Field field) {
    ArrowType type = field.getType();
    Map<String, String> metadata = field.getMetadata();
    if (type instanceof ArrowType.ExtensionType extension) {
      metadata = new HashMap<>(metadata);
      metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME, extension.extensionName());
      metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA, extension.serialize());
      type = extension.storageType();
    }
    String name = field.getName();
    return new Field(
        name == null ? "" : name,
        new FieldType(field.isNullable(), type, field.getDictionary(), metadata),
        storage(field.getChildren()));
  }

  /**
   * A flatbuffer may name the same bytes many times, so that few bytes become a tree of any size:
   * what conversion will build is counted first.
   */
  private static final class Budget {
    private int fieldsLeft = MAX_FIELDS;
    private long charactersLeft;

    Budget(int messageBytes) {
      this.charactersLeft = 2L * messageBytes + 1024;
    }

    boolean allows(org.apache.arrow.flatbuf.Schema schema) {
      for (int i = 0; i < schema.customMetadataLength(); i++) {
        if (!allows(schema.customMetadata(i))) {
          return false;
        }
      }
      for (int i = 0; i < schema.fieldsLength(); i++) {
        if (!allows(schema.fields(i), 0)) {
          return false;
        }
      }
      return true;
    }

    private boolean allows(org.apache.arrow.flatbuf.@Nullable Field field, int depth) {
      if (field == null || depth > MAX_DEPTH || --fieldsLeft < 0) {
        return false;
      }
      ByteBuffer name = field.nameAsByteBuffer();
      charactersLeft -= name == null ? 0 : name.remaining();
      for (int i = 0; i < field.customMetadataLength(); i++) {
        if (!allows(field.customMetadata(i))) {
          return false;
        }
      }
      for (int i = 0; i < field.childrenLength(); i++) {
        if (!allows(field.children(i), depth + 1)) {
          return false;
        }
      }
      return charactersLeft >= 0;
    }

    private boolean allows(@Nullable KeyValue entry) {
      if (entry == null || --fieldsLeft < 0) {
        return false;
      }
      ByteBuffer key = entry.keyAsByteBuffer();
      ByteBuffer value = entry.valueAsByteBuffer();
      charactersLeft -= key == null ? 0 : key.remaining();
      charactersLeft -= value == null ? 0 : value.remaining();
      return charactersLeft >= 0;
    }
  }
}
