package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Feather whose rows are counted, and come only when they are let. */
final class GatedFeather implements FileFormat {
  private final FileFormat feather = new FeatherFormat();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private volatile CountDownLatch gate = new CountDownLatch(0);

  /** From here on rows are waited for. */
  void shut() {
    gate = new CountDownLatch(1);
  }

  void open() {
    gate.countDown();
  }

  /** How often somebody has begun to read rows. */
  int reads() {
    return reads.get();
  }

  /** How many of them have ended. */
  int ended() {
    return ended.get();
  }

  private record Gated(BatchStream stream, CountDownLatch gate, AtomicInteger ended)
      implements BatchStream {
    @Override
    public Schema schema() {
      return stream.schema();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
      return stream.next();
    }

    @Override
    public void close() {
      stream.close();
      ended.incrementAndGet();
    }
  }

  @Override
  public BatchStream read(
      FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    reads.incrementAndGet();
    return new Gated(feather.read(file, footer, rows, allocator), gate, ended);
  }

  @Override
  public String name() {
    return feather.name();
  }

  @Override
  public List<String> extensions() {
    return feather.extensions();
  }

  @Override
  public boolean isCostlyToRead() {
    return false;
  }

  @Override
  public void checkStorable(Schema schema) {
    feather.checkStorable(schema);
  }

  @Override
  public FileFooter readFooter(FileChannel file) throws IOException {
    return feather.readFooter(file);
  }

  @Override
  public BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    return feather.write(target, schema, allocator);
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
    return feather.concatenate(
        base, baseFooter, addition, additionFooter, target, properties, allocator);
  }
}
