package dev.mallard.store.derived;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.feather.Block;
import dev.mallard.arrow.feather.FeatherWriter;
import dev.mallard.arrow.feather.SizeBound;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.store.DiskBudget;
import dev.mallard.store.NoRoomException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One decode of a dataset into a growing Arrow file that any number of readers follow, each at its
 * own speed and through its own descriptor. The decode runs at full speed in its own thread; a
 * reader that has caught up waits for the next message.
 *
 * <p>If it fails, for whatever reason, its readers get a {@link FormLostException} and go on from
 * the source; so does nobody who comes later.
 */
final class SharedConversion implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedConversion.class);

  private enum State {
    RUNNING,
    COMPLETE,
    ABORTED
  }

  private final String key;
  private final ConversionSource source;
  private final BatchStream decoded;
  private final long totalRows;
  private final FormStore.Room room;
  private final BufferAllocator allocator;
  private final Runnable onEnd;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();
  private final MessageLog written = new MessageLog();
  private State state = State.RUNNING;
  private int readers;

  /**
   * @param decoded all rows of the source; closed by {@link #run()}
   * @param room where the file goes; given back or filled by {@link #run()}
   * @param onEnd run when the form can be found in the store, or never will
   */
  SharedConversion(
      String key,
      ConversionSource source,
      BatchStream decoded,
      FormStore.Room room,
      BufferAllocator allocator,
      Runnable onEnd) {
    this.key = key;
    this.source = source;
    this.decoded = decoded;
    long[] splits = source.splitPoints();
    this.totalRows = splits.length == 0 ? 0 : splits[splits.length - 1];
    this.room = room;
    this.allocator = allocator;
    this.onEnd = onEnd;
  }

  /**
   * A reader of the growing file, or null if that is no way to get the rows: the conversion has
   * ended, or would have to be waited for longer than the rows take to decode.
   */
  @Nullable BatchStream join(RowRange rows) {
    lock.lock();
    try {
      boolean soon = rows.from() - written.rows() <= rows.to() - rows.from();
      if (state == State.ABORTED || !soon) {
        return null;
      }
      BatchStream reader = open(rows);
      readers += reader == null ? 0 : 1;
      return reader;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable BatchStream open(RowRange rows) {
    DiskBudget.Hold hold = room.hold();
    if (hold == null) {
      return null;
    }
    try {
      FileChannel file = FileChannel.open(room.path(), StandardOpenOption.READ);
      return new ConversionStream(this, file, hold, rows, source.schema(), allocator);
    } catch (IOException e) {
      // Finished and renamed, or somebody has emptied the folder.
      hold.close();
      return null;
    }
  }

  /** Uncounts a reader that is closed, and wakes it if it waits. */
  void leave() {
    lock.lock();
    try {
      readers--;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Readers that wait look whether they still want what they wait for. */
  void wake() {
    lock.lock();
    try {
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The entry at {@code index}, waiting for it; null behind the last one.
   *
   * @throws FormLostException if there will be none
   * @throws MallardException CANCELLED if the thread is interrupted, or the reader closed or
   *     stopped
   */
  MessageLog.@Nullable Entry await(int index, ConversionStream reader) throws IOException {
    try {
      lock.lockInterruptibly();
      try {
        while (true) {
          if (reader.isUnwanted()) {
            throw cancelled(null);
          }
          if (state == State.ABORTED) {
            throw new FormLostException("the conversion was aborted");
          }
          if (index < written.size()) {
            return written.get(index);
          }
          if (state == State.COMPLETE) {
            return null;
          }
          progress.await();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    }
  }

  static MallardException cancelled(@Nullable Throwable cause) {
    return new MallardException(ErrorCode.CANCELLED, "The read was cancelled.", cause);
  }

  @Override
  public void run() {
    try {
      convert();
    } catch (FormLostException | NoRoomException e) {
      LOG.debug("conversion given up: {}", e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.warn("a derived form could not be made; its readers go on without it", e);
    } finally {
      // Also after an Error: nobody may wait for ever.
      abort();
      room.close();
      onEnd.run();
    }
  }

  private void convert() throws IOException {
    List<Pending> pending = new ArrayList<>();
    SizeBound size = new SizeBound(source.schema());
    try (BatchStream rows = decoded;
        FileChannel file =
            FileChannel.open(room.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      room.reserve(size.bytes());
      try (FeatherWriter writer =
          new FeatherWriter(
              file,
              source.schema(),
              allocator,
              (kind, block, count) -> pending.add(new Pending(kind, block, count)))) {
        IpcMessage message = rows.next();
        while (message != null) {
          writeOne(message, writer, size);
          writer.flush();
          publish(pending);
          message = rows.next();
        }
        writer.finish(Map.of(ArrowForms.KEY_PROPERTY, key));
      }
      complete();
      room.commit(file);
    }
  }

  private void writeOne(IpcMessage message, FeatherWriter writer, SizeBound size)
      throws IOException {
    try {
      room.reserve(size.add(message).bytes());
    } catch (Throwable e) {
      Closer.closeAfter(e, message);
      throw e;
    }
    writer.write(message);
  }

  private void publish(List<Pending> pending) throws FormLostException {
    lock.lock();
    try {
      if (state != State.RUNNING) {
        throw new FormLostException("it was stopped");
      }
      pending.forEach(p -> written.add(p.kind, p.block, p.rows));
      pending.clear();
      progress.signalAll();
      if (readers == 0 && written.rows() < totalRows / 2) {
        state = State.ABORTED;
        throw new FormLostException("nobody reads it any more");
      }
    } finally {
      lock.unlock();
    }
  }

  private record Pending(IpcMessage.Kind kind, Block block, long rows) {}

  private void complete() {
    lock.lock();
    try {
      state = State.COMPLETE;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Does nothing to a conversion that is complete. */
  void abort() {
    lock.lock();
    try {
      if (state == State.RUNNING) {
        state = State.ABORTED;
        progress.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
