package dev.mallard.flight.sql;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.query.SqlMetadata;
import dev.mallard.testing.IpcStreamBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/** Reads answers as a client does, with arrow-java's own reader. */
final class Answers {
  private final MetadataAnswers answers;
  private final BufferAllocator allocator;

  Answers(SqlMetadata metadata, BufferAllocator allocator) {
    ServerFacts facts =
        new ServerFacts("1.2.3", false, Duration.ofMinutes(5), Duration.ofMinutes(10));
    this.answers = new MetadataAnswers(() -> metadata, facts, () -> true, allocator);
    this.allocator = allocator;
  }

  MetadataAnswers all() {
    return answers;
  }

  List<List<Object>> rows(FlightSqlCommand.Metadata command) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    batches(command, root -> addRows(root, rows));
    return rows;
  }

  void batches(FlightSqlCommand.Metadata command, Consumer<VectorSchemaRoot> each)
      throws IOException {
    byte[] bytes = encoded(command);
    try (ArrowStreamReader reader =
        new ArrowStreamReader(new ByteArrayInputStream(bytes), allocator)) {
      if (!reader.getVectorSchemaRoot().getSchema().equals(answers.schema(command))) {
        throw new AssertionError("schema: " + reader.getVectorSchemaRoot().getSchema());
      }
      while (reader.loadNextBatch()) {
        reader.getVectorSchemaRoot().getFieldVectors().forEach(Answers::validate);
        each.accept(reader.getVectorSchemaRoot());
      }
    }
  }

  /** arrow-java's own check does not know maps, which SqlInfo's union has. */
  private static void validate(FieldVector vector) {
    if (!(vector instanceof DenseUnionVector)) {
      vector.validateFull();
    }
  }

  byte[] encoded(FlightSqlCommand.Metadata command) throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    try (BatchStream stream = answers.open(command)) {
      for (IpcMessage message = stream.next(); message != null; message = stream.next()) {
        messages.add(message);
      }
      return IpcStreamBytes.write(stream.schema(), messages);
    } finally {
      messages.forEach(IpcMessage::close);
    }
  }

  private static void addRows(VectorSchemaRoot root, List<List<Object>> rows) {
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Object> cells = new ArrayList<>();
      for (FieldVector vector : root.getFieldVectors()) {
        Object cell = vector.getObject(row);
        cells.add(
            cell == null
                    || cell instanceof Number
                    || cell instanceof Boolean
                    || cell instanceof byte[]
                ? cell
                : cell.toString());
      }
      rows.add(cells);
    }
  }
}
