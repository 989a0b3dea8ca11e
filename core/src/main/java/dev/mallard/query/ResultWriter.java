package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.SizeBound;
import dev.mallard.arrow.file.BatchWriter;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.error.Closer;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.NoRoomException;
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
  private long written;

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
   * Adds a message.
   *
   * @throws NoRoomException if it does not fit anywhere: then it stays the caller's, and what was
   *     added before can be finished. Else it is taken over, also if this throws
   */
  void write(IpcMessage message) throws IOException {
    if (output == null && !fitsMemory(message)) {
      output = moveToFile();
    }
    if (output != null) {
      output.write(message);
      return;
    }
    try (message) {
      first.add(message);
    }
  }

  /** Of the messages that were added, as they are encoded. */
  long bytes() {
    return written + first.bytes();
  }

  private boolean fitsMemory(IpcMessage message) {
    long bytes = message.encodedBytes();
    boolean small = disk.maxBytes() == 0 || first.bytes() + bytes <= SMALL_BYTES;
    return small && memory.take(bytes);
  }

  private Output moveToFile() throws IOException {
    Closer made = new Closer();
    try {
      Output moved = new Output(made);
      for (int i = 0; i < first.size(); i++) {
        IpcMessage message = first.load(i);
        try {
          moved.write(message);
        } catch (Throwable e) {
          Closer.closeAfter(e, message);
          throw e;
        }
      }
      forgetFirst();
      onFailure.add(made);
      return moved;
    } catch (Throwable e) {
      Closer.closeAfter(e, made);
      throw e;
    }
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

    /**
     * @param made what is to be undone, unless it is finished
     */
    Output(Closer made) throws IOException {
      this.claim = made.add(disk.begin(Objects.requireNonNull(file.getParent())));
      claim.reserve(size.bytes());
      made.add(() -> Files.deleteIfExists(file));
      this.channel =
          made.add(
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.READ));
      this.writer = made.add(format.write(channel, schema, allocator));
    }

    void write(IpcMessage message) throws IOException {
      claim.reserve(size.add(message).bytes());
      writer.write(message);
      written += message.encodedBytes();
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
