package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.BatchWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Batches that wait on disk for their turn. Written, then read, by one thread each. Closing it
 * deletes it.
 */
final class Spool implements AutoCloseable {
  private final FeatherFormat format = new FeatherFormat();
  private final BufferAllocator allocator;
  private final Path path;

  Spool(Path folder, BufferAllocator allocator) throws IOException {
    this.allocator = allocator;
    this.path = Files.createTempFile(folder, ".mallard-", ".part");
  }

  /** Writes all of {@code rows} and closes it. */
  void fill(BatchStream rows) throws IOException {
    try (rows;
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        BatchWriter writer = format.write(channel, rows.schema(), allocator)) {
      IpcMessage message;
      while ((message = rows.next()) != null) {
        writer.write(message);
      }
      writer.finish(Map.of());
    }
  }

  /** What was written; the caller closes it. */
  BatchStream read() {
    return new FeatherFiles(List.of(path), allocator);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
