package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.FullWrites;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.ColumnOrder;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.TypeDefinedOrder;
import org.apache.parquet.format.Util;

/**
 * Writes a file's end: its metadata, their length and the magic number.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">File format</a>
 */
final class FooterWriter {
  static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  static final String ARROW_SCHEMA = "ARROW:schema";
  static final String CREATED_BY = "mallard version 0.1.0";
  private static final String OWN_PREFIX = "mallard:";

  private FooterWriter() {}

  static void write(
      WritableByteChannel out,
      WriterSchema schema,
      Schema arrowSchema,
      List<RowGroup> rowGroups,
      long rows,
      Map<String, String> properties)
      throws IOException {
    FileMetaData metadata =
        new FileMetaData(2, schema.elements(), rows, rowGroups)
            .setKey_value_metadata(keyValues(arrowSchema, properties))
            .setCreated_by(CREATED_BY)
            .setColumn_orders(
                Collections.nCopies(
                    schema.columns().size(), ColumnOrder.TYPE_ORDER(new TypeDefinedOrder())));
    write(out, metadata);
  }

  static void write(WritableByteChannel out, FileMetaData metadata) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    Util.writeFileMetaData(metadata, bytes);
    int length = bytes.size();
    ByteBuffer tail = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.write(tail.putInt(length).put(MAGIC).array());
    FullWrites.write(out, ByteBuffer.wrap(bytes.toByteArray()));
  }

  /** The schema's own entries, the exact Arrow schema as Arrow C++ writes it, and properties. */
  private static List<KeyValue> keyValues(Schema schema, Map<String, String> properties)
      throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    Map<String, String> own = schema.getCustomMetadata();
    if (own != null) {
      own.forEach(
          (key, value) -> {
            if (!key.startsWith(OWN_PREFIX)) {
              entries.put(key, value);
            }
          });
    }
    entries.put(ARROW_SCHEMA, encoded(schema));
    entries.putAll(properties);
    return keyValues(entries);
  }

  static List<KeyValue> keyValues(Map<String, String> entries) {
    List<KeyValue> list = new ArrayList<>();
    entries.forEach((key, value) -> list.add(new KeyValue(key).setValue(value)));
    return list;
  }

  /** Whether an entry is one that {@code properties} stand for. */
  static boolean isProperty(String key) {
    return key.startsWith(OWN_PREFIX);
  }

  private static String encoded(Schema schema) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    MessageSerializer.serialize(new WriteChannel(Channels.newChannel(bytes)), schema);
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
