package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.feather.FeatherFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** Feather files of one schema, one after the other. */
final class FeatherFiles extends ConsecutiveStreams<Path> {
  private final FeatherFormat format = new FeatherFormat();
  private final BufferAllocator allocator;

  /**
   * @param files at least one
   */
  FeatherFiles(List<Path> files, BufferAllocator allocator) {
    super(files);
    this.allocator = allocator;
  }

  @Override
  BatchStream open(Path file) throws IOException {
    try (Closer onFailure = new Closer()) {
      FileChannel channel = onFailure.add(FileChannel.open(file));
      BatchStream stream =
          format.read(channel, format.readFooter(channel), RowRange.ALL, allocator);
      onFailure.release();
      return stream;
    }
  }
}
