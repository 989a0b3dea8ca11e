package dev.mallard.parquet.internal.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.RowGroup;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the columns of one row group in several threads and writes them in their order.
 *
 * <p>Workers take columns one by one. Who waits for the row group takes columns too, so it is
 * finished even if the executor has no thread to spare or is the waiting thread's own.
 */
final class RowGroupWriter {
  /** Where finished chunks go; called by one thread at a time, in the order of the columns. */
  interface Target {
    ColumnChunk write(EncodedChunk chunk) throws IOException;
  }

  private final WriterSchema schema;
  private final List<Segment> segments;
  private final long rows;
  private final WriterSettings options;
  private final BufferAllocator allocator;
  private final Target target;

  private final Object lock = new Object();
  private final Deque<EncoderScratch> scratches;
  private final @Nullable EncodedChunk[] encoded;
  private final List<ColumnChunk> written = new ArrayList<>();
  private int nextToEncode;
  private int encoding;
  private boolean writing;
  private boolean released;
  private @Nullable Throwable failure;
  private long uncompressedBytes;
  private long compressedBytes;

  /**
   * Takes over one reference to each segment's batch.
   *
   * @param scratches what earlier row groups left for reuse; owned by the file's writer, which has
   *     no other row group at work
   */
  RowGroupWriter(
      WriterSchema schema,
      List<Segment> segments,
      WriterSettings options,
      BufferAllocator allocator,
      Deque<EncoderScratch> scratches,
      Target target) {
    this.schema = schema;
    this.segments = List.copyOf(segments);
    this.rows = segments.stream().mapToLong(Segment::rows).sum();
    this.options = options;
    this.allocator = allocator;
    this.scratches = scratches;
    this.target = target;
    this.encoded = new EncodedChunk[schema.columns().size()];
  }

  void start(Executor executor) {
    int workers = Math.min(options.workers(), encoded.length);
    try {
      for (int i = 0; i < workers; i++) {
        executor.execute(this::work);
      }
    } catch (RejectedExecutionException e) {
      // The waiting thread does the work.
      return;
    }
  }

  /** Helps, waits until all is written, and returns the row group's metadata. */
  RowGroup await() throws IOException {
    work();
    awaitIdle();
    synchronized (lock) {
      rethrow(failure);
      return new RowGroup(List.copyOf(written), uncompressedBytes, rows)
          .setTotal_compressed_size(compressedBytes);
    }
  }

  /** Lets no new column be begun, waits for those at work, and drops what was not written. */
  void cancel() {
    synchronized (lock) {
      nextToEncode = encoded.length;
    }
    awaitIdle();
  }

  private void awaitIdle() {
    boolean interrupted = false;
    synchronized (lock) {
      while (encoding > 0) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // A column takes milliseconds; buffers must not be let go under the workers.
          interrupted = true;
        }
      }
      releaseOnce();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (true) {
      int column;
      EncoderScratch scratch;
      synchronized (lock) {
        if (failure != null || nextToEncode >= encoded.length) {
          return;
        }
        column = nextToEncode++;
        encoding++;
        scratch = scratches.poll();
      }
      encode(column, scratch);
    }
  }

  private void encode(int column, @Nullable EncoderScratch reused) {
    EncoderScratch scratch = reused;
    Throwable thrown = null;
    try {
      if (scratch == null) {
        scratch = new EncoderScratch(options, allocator);
      }
      EncodedChunk chunk =
          ColumnWriter.encode(schema.columns().get(column), segments, rows, scratch, allocator);
      synchronized (lock) {
        encoded[column] = chunk;
      }
      writeFinished();
    } catch (Throwable e) {
      // An Error too: whoever waits for the row group must hear of it.
      thrown = e;
    }
    synchronized (lock) {
      if (scratch != null) {
        scratches.push(scratch);
      }
      if (thrown != null && failure == null) {
        failure = thrown;
      }
      encoding--;
      boolean idle = encoding == 0;
      if (idle && (nextToEncode >= encoded.length || failure != null)) {
        releaseOnce();
      }
      if (idle) {
        lock.notifyAll();
      }
    }
  }

  /** Writes the chunks whose turn has come; a second thread that comes by goes on encoding. */
  private void writeFinished() throws IOException {
    while (true) {
      EncodedChunk chunk;
      synchronized (lock) {
        int next = written.size();
        if (writing || failure != null || next == encoded.length || encoded[next] == null) {
          return;
        }
        chunk = encoded[next];
        encoded[next] = null;
        writing = true;
      }
      ColumnChunk result = null;
      try (chunk) {
        result = target.write(chunk);
      } finally {
        synchronized (lock) {
          writing = false;
          if (result != null) {
            written.add(result);
            uncompressedBytes += result.getMeta_data().getTotal_uncompressed_size();
            compressedBytes += result.getMeta_data().getTotal_compressed_size();
          }
        }
      }
    }
  }

  /** Called with the lock held, when nobody encodes any more. */
  private void releaseOnce() {
    if (released) {
      return;
    }
    released = true;
    segments.forEach(segment -> segment.batch().release());
    for (int i = 0; i < encoded.length; i++) {
      EncodedChunk chunk = encoded[i];
      encoded[i] = null;
      if (chunk != null) {
        chunk.close();
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
