package dev.mallard.arrow.feather;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.arrow.file.WrittenFile;
import dev.mallard.arrow.mapping.FileMappings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Feather version 2, which is the Arrow IPC file format. What was put comes back message by
 * message: batch boundaries, compressed bodies, app_metadata.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format">IPC file
 *     format</a>
 */
public final class FeatherFormat implements FileFormat {
  private final @Nullable FileMappings mappings;

  /** For files that are read once. */
  public FeatherFormat() {
    this.mappings = null;
  }

  /**
   * For files that are read again and again.
   *
   * @param mappings of what is sent of them, its owner's to close
   */
  public FeatherFormat(FileMappings mappings) {
    this.mappings = mappings;
  }

  @Override
  public String name() {
    return "feather";
  }

  @Override
  public List<String> extensions() {
    return List.of(".feather", ".arrow", ".ipc");
  }

  /** Every Arrow schema can be stored as it is. */
  @Override
  public boolean isCostlyToRead() {
    return false;
  }

  @Override
  public void checkStorable(Schema schema) {}

  @Override
  public FeatherFooter readFooter(FileChannel file) throws IOException {
    return new FooterReader(file, mappings).read();
  }

  @Override
  public BatchStream read(
      FileChannel file, FileFooter footer, RowRange rows, BufferAllocator allocator) {
    return new FeatherStream(file, (FeatherFooter) footer, rows, allocator);
  }

  @Override
  public BatchWriter write(WritableByteChannel target, Schema schema, BufferAllocator allocator)
      throws IOException {
    return new FeatherWriter(target, schema, allocator);
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
    try (Concatenation concatenation =
        new Concatenation((FeatherFooter) baseFooter, target, allocator)) {
      concatenation.add(base, (FeatherFooter) baseFooter);
      concatenation.add(addition, (FeatherFooter) additionFooter);
      return concatenation.finish(properties);
    }
  }
}
