package dev.mallard.arrow;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one Schema flatbuffer that nobody vouches for. A flatbuffer's offsets can point anywhere,
 * so a small one can describe an endless, overlapping or enormous tree: depth, fields and text are
 * counted while it is walked.
 */
final class SchemaReader {
  static final int MAX_DEPTH = 64;
  static final int MAX_FIELDS = 100_000;

  /** Honest writers may share a string between fields, but not many times over. */
  private static final int TEXT_FACTOR = 4;

  private final Map<Long, Field> dictionaryValues = new HashMap<>();
  private int fields;
  private long textLeft;

  private SchemaReader(long encodedBytes) {
    this.textLeft = TEXT_FACTOR * encodedBytes + 1024;
  }

  /** The header of a Schema message. */
  static Schema readMessage(ByteBuffer header) {
    ByteBuffer bytes = header.slice().order(ByteOrder.LITTLE_ENDIAN);
    return guarded(
        () -> {
          Message message = Message.getRootAsMessage(bytes);
          if (message.headerType() != MessageHeader.Schema) {
            throw invalid("the first message must hold a schema");
          }
          requireVersion(message.version());
          var schema =
              (org.apache.arrow.flatbuf.Schema)
                  message.header(new org.apache.arrow.flatbuf.Schema());
          if (schema == null) {
            throw invalid("the message holds no schema");
          }
          return new SchemaReader(bytes.remaining()).schema(schema);
        });
  }

  /** A Schema flatbuffer that is part of something else, for example a file's footer. */
  static Schema readTable(org.apache.arrow.flatbuf.Schema schema) {
    long size = schema.getByteBuffer().limit();
    return guarded(() -> new SchemaReader(size).schema(schema));
  }

  private static Schema guarded(java.util.function.Supplier<Schema> reader) {
    try {
      return reader.get();
    } catch (MallardException e) {
      throw e;
    } catch (RuntimeException e) {
      // What flatbuffers, its text decoder and ArrowType throw when offsets or values are nonsense.
      throw new MallardException(
          ErrorCode.INVALID_ARGUMENT, "Arrow schema: the message is damaged or cut short", e);
    }
  }

  private static void requireVersion(short version) {
    if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
      throw invalid("metadata version " + version + " (expected: V4 or V5)");
    }
  }

  private Schema schema(org.apache.arrow.flatbuf.Schema schema) {
    if (schema.endianness() != Endianness.Little) {
      throw unsupported("big-endian data; write it as little-endian");
    }
    List<Field> columns = new ArrayList<>();
    int count = schema.fieldsLength();
    for (int i = 0; i < count; i++) {
      columns.add(field(schema.fields(i), "", 1));
    }
    return new Schema(columns, metadata(schema.customMetadataLength(), schema::customMetadata));
  }

  private Field field(
      org.apache.arrow.flatbuf.@Nullable Field encoded, String parentPath, int depth) {
    if (encoded == null) {
      throw invalid("a field is missing");
    }
    if (depth > MAX_DEPTH) {
      throw invalid("nested more than " + MAX_DEPTH + " levels deep");
    }
    if (++fields > MAX_FIELDS) {
      throw invalid("more than " + MAX_FIELDS + " fields");
    }
    String name = text(encoded.nameAsByteBuffer(), encoded::name);
    String path = parentPath.isEmpty() ? name : parentPath + "." + name;
    // The path is for messages only; deep nesting must not make it quadratic in size.
    path = path.length() > 500 ? "…" + path.substring(path.length() - 400) : path;
    List<Field> children = new ArrayList<>();
    int count = encoded.childrenLength();
    for (int i = 0; i < count; i++) {
      children.add(field(encoded.children(i), path, depth + 1));
    }
    ArrowType type = SchemaTypes.read(encoded, path, this::text);
    SchemaTypes.checkChildren(type, children, path);
    var dictionary = dictionary(encoded.dictionary(), path);
    var metadata = metadata(encoded.customMetadataLength(), encoded::customMetadata);
    Field field =
        new Field(name, new FieldType(encoded.nullable(), type, dictionary, metadata), children);
    checkSharedDictionary(field, path);
    return field;
  }

  private static org.apache.arrow.vector.types.pojo.@Nullable DictionaryEncoding dictionary(
      @Nullable DictionaryEncoding encoded, String path) {
    if (encoded == null) {
      return null;
    }
    var index = encoded.indexType();
    ArrowType.Int indexType =
        index == null
            ? new ArrowType.Int(32, true)
            : new ArrowType.Int(index.bitWidth(), index.isSigned());
    SchemaTypes.check(indexType, path);
    return new org.apache.arrow.vector.types.pojo.DictionaryEncoding(
        encoded.id(), encoded.isOrdered(), indexType);
  }

  /** Fields may share a dictionary; then they must agree on what its values are. */
  private void checkSharedDictionary(Field field, String path) {
    if (field.getDictionary() == null) {
      return;
    }
    Field first = dictionaryValues.putIfAbsent(field.getDictionary().getId(), field);
    if (first != null
        && !(first.getType().equals(field.getType())
            && first.getChildren().equals(field.getChildren()))) {
      throw invalid(
          "column '"
              + path
              + "': dictionary "
              + field.getDictionary().getId()
              + " has values of "
              + first.getType()
              + " in another column and of "
              + field.getType()
              + " here; give it an id of its own");
    }
  }

  private Map<String, String> metadata(int count, IntFunction<KeyValue> entries) {
    Map<String, String> metadata = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      KeyValue entry = entries.apply(i);
      spend(8);
      metadata.put(
          text(entry.keyAsByteBuffer(), entry::key), text(entry.valueAsByteBuffer(), entry::value));
    }
    return metadata;
  }

  /** Decodes a text whose length is known to fit what the message may hold; "" if it is absent. */
  private String text(
      @Nullable ByteBuffer bytes, java.util.function.Supplier<@Nullable String> decoded) {
    if (bytes == null) {
      return "";
    }
    spend(bytes.remaining());
    String text = decoded.get();
    return text == null ? "" : text;
  }

  private void spend(int bytes) {
    textLeft -= bytes;
    if (textLeft < 0) {
      throw invalid("names and metadata overlap; write each text once");
    }
  }

  /** Sound, but not for this server. */
  static MallardException unsupported(String what) {
    return new MallardException(ErrorCode.UNIMPLEMENTED, "Arrow schema: not supported: " + what);
  }

  static MallardException invalid(String what) {
    return MallardException.invalid("Arrow schema: " + what);
  }
}
