package dev.mallard.engine;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/** One row of parameters, as it goes to the engine, and once more if that is restarted. */
final class BoundRow {
  private final Schema schema;
  private final byte[] header;
  private final byte[] body;

  private BoundRow(Schema schema, byte[] header, byte[] body) {
    this.schema = schema;
    this.header = header;
    this.body = body;
  }

  static BoundRow of(VectorSchemaRoot rows, int row) {
    Schema schema =
        BatchEncoder.messageSchema(
            rows.getSchema(), new DictionaryProvider.MapDictionaryProvider());
    try (VectorSchemaRoot one = rows.slice(row, 1);
        IpcMessage message = BatchEncoder.encode(one)) {
      ByteBuffer header = message.header();
      byte[] headerBytes = new byte[header.remaining()];
      header.get(headerBytes);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      message.body().writeTo(body);
      return new BoundRow(schema, headerBytes, body.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Schema schema() {
    return schema;
  }

  ByteBuffer header() {
    return ByteBuffer.wrap(header);
  }

  ByteBuffer body() {
    return ByteBuffer.wrap(body);
  }
}
