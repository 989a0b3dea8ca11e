package dev.mallard.duckdb;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.ParquetFormat;
import dev.mallard.parquet.WriterOptions;
import dev.mallard.testing.SampleBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes datasets' files from vectors. */
final class DatasetFiles {
  private final BufferAllocator allocator;

  DatasetFiles(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * A file with the columns {@code id} (0, 1, …) and {@code x}.
   *
   * @param fill sets the values of x, and their count
   */
  void write(Path target, Field x, int rows, Consumer<FieldVector> fill) throws IOException {
    try (BigIntVector id = new BigIntVector("id", allocator);
        FieldVector values = x.createVector(allocator)) {
      for (int i = 0; i < rows; i++) {
        id.setSafe(i, i);
      }
      id.setValueCount(rows);
      fill.accept(values);
      try (VectorSchemaRoot root =
          new VectorSchemaRoot(List.of(id.getField(), x), List.of(id, values), rows)) {
        write(target, new Schema(root.getSchema().getFields()), List.of(BatchEncoder.encode(root)));
      }
    }
  }

  /** Whole numbers from 0 on, in a column {@code id}. */
  void numbers(Path target, int rows) throws IOException {
    write(
        target,
        Field.nullable("x", new ArrowType.Int(64, true)),
        rows,
        vector -> {
          for (int i = 0; i < rows; i++) {
            ((BigIntVector) vector).setSafe(i, 10L * i);
          }
          vector.setValueCount(rows);
        });
  }

  static boolean isInParquet(Schema schema) {
    try {
      new ParquetFormat(WriterOptions.defaults(), Runnable::run).checkStorable(schema);
      return true;
    } catch (MallardException e) {
      return false;
    }
  }

  void write(Path target, SampleBatch batch) throws IOException {
    List<IpcMessage> messages = new ArrayList<>();
    messages.addAll(
        BatchEncoder.encodeDictionaries(batch.root().getSchema(), batch.dictionaries()));
    messages.add(BatchEncoder.encode(batch.root()));
    write(target, batch.schema(), messages);
  }

  /** Takes the messages over. */
  void write(Path target, Schema schema, List<IpcMessage> messages) throws IOException {
    FileFormat format =
        target.toString().endsWith(".parquet")
            ? new ParquetFormat(WriterOptions.defaults(), Runnable::run)
            : new FeatherFormat();
    Files.createDirectories(target.getParent());
    Path staged = Files.createTempFile(target.getParent().getParent(), "staged", ".tmp");
    try (FileChannel file = FileChannel.open(staged, StandardOpenOption.WRITE);
        BatchWriter writer = format.write(file, schema, allocator)) {
      for (IpcMessage message : messages) {
        writer.write(message);
      }
      writer.finish(Map.of());
    } finally {
      messages.forEach(IpcMessage::close);
    }
    Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
