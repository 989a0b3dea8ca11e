package dev.mallard.parquet;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.read.ParquetFooter;
import dev.mallard.parquet.read.ParquetReader;
import dev.mallard.parquet.read.ParquetStream;
import dev.mallard.parquet.write.FooterConcatenation;
import dev.mallard.parquet.write.ParquetSchemaWriter;
import dev.mallard.parquet.write.WriterOptions;
import dev.mallard.parquet.write.WrittenParquet;
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
  private static final int BATCH_BYTES = 1 << 20;
  private static final int ROW_STEP = 64;
  private static final int MAX_BATCH_ROWS = 65_536;

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
  public void checkStorable(Schema schema) {
    ParquetSchemaWriter.checkStorable(schema);
  }

  @Override
  public ParquetFooter readFooter(FileChannel file) throws IOException {
    return ParquetFooter.read(file);
  }

  /**
   * Rows of a batch: about 1 MiB of Arrow by what the footer tells, a multiple of 64 within 64 and
   * 65,536. The same footer always gives the same number.
   */
  static int batchRows(ParquetFooter footer) {
    double rows = BATCH_BYTES / Math.max(1, footer.bytesPerRow());
    int steps = (int) Math.min(MAX_BATCH_ROWS / ROW_STEP, rows / ROW_STEP);
    return Math.max(1, steps) * ROW_STEP;
  }

  @Override
  public BatchStream read(
      FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    try {
      ParquetReader reader = reader(file, (ParquetFooter) footer, rows, allocator);
      return new ParquetStream(reader, footer.schema(), file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private ParquetReader reader(
      FileChannel file, ParquetFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    return new ParquetReader(file, footer, rows, batchRows(footer), allocator, executor);
  }

  @Override
  public BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    return new ParquetBatchWriter(target, schema, options, allocator, executor);
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
    ParquetReader reader = reader(file, footer, RowRange.ALL, allocator);
    try (BatchStream stream = new ParquetStream(reader, footer.schema())) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        writer.write(message);
      }
    }
  }
}
