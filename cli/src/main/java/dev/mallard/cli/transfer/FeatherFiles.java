package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.store.RowRange;
import dev.mallard.store.feather.FeatherFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Feather files of one schema, one after the other. */
final class FeatherFiles implements BatchStream {
  private final FeatherFormat format = new FeatherFormat();
  private final Deque<Path> waiting;
  private final BufferAllocator allocator;
  private @Nullable BatchStream current;
  private @Nullable Schema schema;

  /**
   * @param files at least one
   */
  FeatherFiles(List<Path> files, BufferAllocator allocator) {
    this.waiting = new ArrayDeque<>(files);
    this.allocator = allocator;
  }

  @Override
  public Schema schema() {
    if (schema == null) {
      try {
        schema = open().schema();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return schema;
  }

  private BatchStream open() throws IOException {
    if (current == null) {
      FileChannel channel = FileChannel.open(waiting.remove());
      try {
        current = format.read(channel, format.readFooter(channel), RowRange.ALL, allocator);
      } catch (Throwable e) {
        channel.close();
        throw e;
      }
    }
    return current;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    IpcMessage message = open().next();
    while (message == null && !waiting.isEmpty()) {
      close();
      message = open().next();
    }
    return message;
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
