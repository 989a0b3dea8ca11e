package dev.mallard.parquet;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.read.BatchReader;
import dev.mallard.parquet.internal.read.MessageStream;
import dev.mallard.parquet.internal.read.ParquetFooter;
import dev.mallard.parquet.internal.write.FooterConcatenation;
import dev.mallard.parquet.internal.write.ParquetSchemaWriter;
import dev.mallard.parquet.internal.write.WrittenParquet;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Datasets in Parquet files. Reading and writing share an executor, on which columns are decoded
 * and encoded; it may be busy, bounded or refuse.
 */
public final class ParquetFormat implements FileFormat {
  private final WriterOptions options;
  private final Executor executor;

  public ParquetFormat(WriterOptions options, Executor executor) {
    this.options = options;
    this.executor = executor;
  }

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public List<String> extensions() {
    return List.of(".parquet");
  }

  @Override
  public boolean isCostlyToRead() {
    return true;
  }

  @Override
  public boolean isQueryable() {
    return true;
  }

  @Override
  public boolean makesFolders() {
    return true;
  }

  @Override
  public void checkStorable(Schema schema) {
    ParquetSchemaWriter.checkStorable(schema);
  }

  @Override
  public FileFooter readFooter(FileChannel file) throws IOException {
    return ParquetFooter.read(file);
  }

  @Override
  public BatchStream read(
      FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    try (Closer onFailure = new Closer()) {
      onFailure.add(file);
      BatchReader reader = reader(file, (ParquetFooter) footer, rows, allocator);
      onFailure.release();
      return new MessageStream(reader, file);
    }
  }

  private BatchReader reader(
      FileChannel file, ParquetFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    return new BatchReader(
        file,
        footer,
        footer.all(),
        footer.rowGroups(rows),
        footer.batchRows(footer.all()),
        allocator,
        executor);
  }

  @Override
  public BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    return new ParquetWriter(target, schema, options, allocator, executor);
  }

  @Override
  public WrittenFile concatenate(
      FileChannel base,
      FileFooter baseFooter,
      FileChannel addition,
      FileFooter additionFooter,
      FileChannel target,
      Map<String, String> properties,
      BufferAllocator allocator)
      throws IOException {
    ParquetFooter first = (ParquetFooter) baseFooter;
    ParquetFooter second = (ParquetFooter) additionFooter;
    ArrowSchemas.incompatibility(first.schema(), second.schema())
        .ifPresent(
            difference -> {
              throw MallardException.invalid("cannot append: " + difference);
            });
    if (FooterConcatenation.canConcatenate(first.metadata(), second.metadata())) {
      WrittenParquet written =
          FooterConcatenation.concatenate(
              base, first.metadata(), addition, second.metadata(), target, properties);
      return new WrittenFile(written.rows(), -1);
    }
    try (BatchWriter writer = write(target, first.schema(), allocator)) {
      copy(base, first, writer, allocator);
      copy(addition, second, writer, allocator);
      return writer.finish(properties);
    }
  }

  private void copy(
      FileChannel file, ParquetFooter footer, BatchWriter writer, BufferAllocator allocator)
      throws IOException {
    BatchReader reader = reader(file, footer, RowRange.ALL, allocator);
    try (BatchStream stream = new MessageStream(reader)) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        writer.write(message);
      }
    }
  }
}
