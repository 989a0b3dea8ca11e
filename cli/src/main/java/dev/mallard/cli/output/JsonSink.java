package dev.mallard.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** A JSON object for each row: in one array, or one on each line. */
final class JsonSink extends VectorSink {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  private final OutputStream target;
  private final boolean lines;
  private final JsonGenerator generator;
  private final JsonCell[] cells;
  private final SerializableString[] names;
  private boolean first = true;

  JsonSink(Schema schema, BufferAllocator allocator, OutputStream target, boolean lines) {
    super(schema, allocator);
    this.target = target;
    this.lines = lines;
    try {
      // Flushed by ourselves, so that nothing waits behind what we write between the objects.
      this.generator = JSON.createGenerator(target);
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      generator.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      generator.setPrettyPrinter(new MinimalPrettyPrinter(""));
    } catch (IOException e) {
      super.close();
      throw new java.io.UncheckedIOException(e);
    }
    JsonCells kinds = new JsonCells(dictionaries());
    this.cells =
        root().getFieldVectors().stream()
            .map((FieldVector vector) -> kinds.of(vector))
            .toArray(JsonCell[]::new);
    this.names =
        schema.getFields().stream()
            .map(Field::getName)
            .map(SerializedString::new)
            .toArray(SerializableString[]::new);
  }

  @Override
  void writeRows(int rows) throws IOException {
    for (int row = 0; row < rows; row++) {
      generator.writeRaw(lines ? (first ? "" : "\n") : (first ? "[\n" : ",\n"));
      first = false;
      generator.writeStartObject();
      for (int i = 0; i < cells.length; i++) {
        generator.writeFieldName(names[i]);
        cells[i].write(row, generator);
      }
      generator.writeEndObject();
    }
  }

  @Override
  public void finish() throws IOException {
    if (lines) {
      generator.writeRaw(first ? "" : "\n");
    } else {
      generator.writeRaw(first ? "[]\n" : "\n]\n");
    }
    generator.flush();
    target.flush();
  }
}
