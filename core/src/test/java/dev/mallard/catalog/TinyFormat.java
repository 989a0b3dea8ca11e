package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** Feather by another name. Counts the footers that are read. */
final class TinyFormat implements FileFormat {
  private final FileFormat feather = new FeatherFormat();
  private final AtomicInteger footers = new AtomicInteger();

  int footersRead() {
    return footers.get();
  }

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public List<String> extensions() {
    return List.of(".tiny", ".tn");
  }

  @Override
  public boolean isCostlyToRead() {
    return false;
  }

  @Override
  public boolean makesFolders() {
    return true;
  }

  @Override
  public void checkStorable(Schema schema) {
    feather.checkStorable(schema);
  }

  @Override
  public FileFooter readFooter(FileChannel file) throws IOException {
    footers.incrementAndGet();
    return feather.readFooter(file);
  }

  @Override
  public BatchStream read(
      FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator)
      throws IOException {
    return feather.read(file, footer, rows, allocator);
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
