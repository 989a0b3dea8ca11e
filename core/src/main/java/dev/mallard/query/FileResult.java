package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.FileFooter;
import dev.mallard.arrow.file.FileFormat;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.Closer;
import dev.mallard.store.DiskBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A result in a file. Until all of it has been read once, nothing makes it give way; after that it
 * may be deleted when there is no room for others.
 */
final class FileResult implements KeptResult {
  private static final Logger LOG = LoggerFactory.getLogger(FileResult.class);

  private final Path file;
  private final FileFooter footer;
  private final FileFormat format;
  private final DiskBudget.Claim claim;
  private final BufferAllocator allocator;

  /** Guards all that follows; no I/O is done under it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Set<RowRange> read = new HashSet<>();

  private DiskBudget.@Nullable Hold unread;

  /**
   * @param claim of the file, which is whole
   */
  FileResult(
      Path file,
      FileFooter footer,
      FileFormat format,
      DiskBudget.Claim claim,
      BufferAllocator allocator) {
    this.file = file;
    this.footer = footer;
    this.format = format;
    this.claim = claim;
    this.allocator = allocator;
    this.unread = claim.hold();
  }

  @Override
  public boolean hasParts() {
    return true;
  }

  @Override
  public BatchStream open(RowRange range) throws IOException {
    DiskBudget.Hold hold = claim.hold();
    if (hold == null) {
      throw new NoSuchFileException("a result");
    }
    try (Closer onFailure = new Closer()) {
      onFailure.add(hold);
      FileChannel channel = onFailure.add(FileChannel.open(file, StandardOpenOption.READ));
      BatchStream rows = format.read(channel, footer, range, allocator);
      onFailure.release();
      return new Reading(rows, range, hold);
    }
  }

  /** Notices when the last row has been read. */
  private final class Reading implements BatchStream {
    private final BatchStream rows;
    private final RowRange range;
    private final DiskBudget.Hold hold;

    Reading(BatchStream rows, RowRange range, DiskBudget.Hold hold) {
      this.rows = rows;
      this.range = range;
      this.hold = hold;
    }

    @Override
    public Schema schema() {
      return rows.schema();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      IpcMessage message = rows.next();
      if (message == null) {
        wasRead(range);
      }
      return message;
    }

    @Override
    public void close() {
      rows.close();
      hold.close();
    }
  }

  private void wasRead(RowRange range) {
    DiskBudget.Hold done = null;
    lock.lock();
    try {
      read.add(new RowRange(range.from(), Math.min(range.to(), footer.rows())));
      long rows = read.stream().mapToLong(part -> part.to() - part.from()).sum();
      if (rows >= footer.rows()) {
        done = unread;
        unread = null;
      }
    } finally {
      lock.unlock();
    }
    if (done != null) {
      done.close();
    }
  }

  @Override
  public void renew() {
    lock.lock();
    try {
      read.clear();
      if (unread == null) {
        unread = claim.hold();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("a result could not be deleted", e);
    }
    claim.close();
    DiskBudget.Hold last;
    lock.lock();
    try {
      last = unread;
      unread = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }
}
