package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.SizeBound;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.Closer;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes down a result: in memory as long as it is small, and in a file, with what came before,
 * once it is not. One thread. Closing it undoes all, unless it was finished.
 */
final class ResultWriter implements AutoCloseable {
  /** Larger results are not for memory, unless nothing may be on disk. */
  private static final long SMALL_BYTES = 256 << 10;

  private final Path file;
  private final Schema schema;
  private final FileFormat format;
  private final DiskBudget disk;
  private final ByteBudget memory;
  private final BufferAllocator allocator;
  private final Closer onFailure = new Closer();

  /** What is in memory; emptied when it moves into the file. */
  private StoredBatches.Builder first;

  private @Nullable Output output;

  /**
   * @param file where it goes if it goes on disk; not there
   * @param format that keeps messages as they are
   */
  ResultWriter(
      Path file,
      Schema schema,
      FileFormat format,
      DiskBudget disk,
      ByteBudget memory,
      BufferAllocator allocator) {
    this.file = file;
    this.schema = schema;
    this.format = format;
    this.disk = disk;
    this.memory = memory;
    this.allocator = allocator;
    this.first = new StoredBatches.Builder(schema, allocator);
  }

  /**
   * Adds a message and takes it over, also if it throws.
   *
   * @throws dev.mallard.store.NoRoomException if it does not fit anywhere
   */
  void write(IpcMessage message) throws IOException {
    try (message) {
      if (output == null && fitsMemory(message)) {
        first.add(message);
        return;
      }
      if (output == null) {
        output = moveToFile();
      }
      output.write(message);
    }
  }

  private boolean fitsMemory(IpcMessage message) {
    long bytes = message.encodedBytes();
    boolean small = disk.maxBytes() == 0 || first.bytes() + bytes <= SMALL_BYTES;
    return small && memory.take(bytes);
  }

  private Output moveToFile() throws IOException {
    Output moved = new Output();
    for (int i = 0; i < first.size(); i++) {
      moved.write(first.load(i));
    }
    forgetFirst();
    return moved;
  }

  private void forgetFirst() {
    memory.giveBack(first.bytes());
    first = new StoredBatches.Builder(schema, allocator);
  }

  /** The file that grows. */
  private final class Output {
    private final DiskBudget.Claim claim;
    private final SizeBound size = new SizeBound(schema);
    private final FileChannel channel;
    private final BatchWriter writer;

    Output() throws IOException {
      this.claim = onFailure.add(disk.begin(Objects.requireNonNull(file.getParent())));
      claim.reserve(size.bytes());
      onFailure.add(() -> Files.deleteIfExists(file));
      this.channel =
          onFailure.add(
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.READ));
      this.writer = onFailure.add(format.write(channel, schema, allocator));
    }

    void write(IpcMessage message) throws IOException {
      try (message) {
        claim.reserve(size.add(message).bytes());
        writer.write(message);
      }
    }

    /**
     * @param gone as in {@link ResultWriter#finish}
     */
    KeptResult finish(Runnable gone) throws IOException {
      writer.finish(Map.of());
      FileFooter footer = format.readFooter(channel);
      long length = channel.size();
      writer.close();
      channel.close();
      FileResult result = new FileResult(file, footer, format, claim, allocator);
      claim.keep(
          length,
          () -> {
            gone.run();
            result.close();
          });
      return result;
    }
  }

  /**
   * It was the last message.
   *
   * @param gone is run if the result has to give way, just before it is deleted
   */
  KeptResult finish(Runnable gone) throws IOException {
    KeptResult kept =
        output == null ? new MemoryResult(first.build(), memory, allocator) : output.finish(gone);
    first = new StoredBatches.Builder(schema, allocator);
    onFailure.release();
    return kept;
  }

  @Override
  public void close() {
    forgetFirst();
    onFailure.close();
  }
}
