package dev.mallard.store.derived;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.arrow.file.RowRange;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of sample batches, each with a dictionary of its own, with a split point at every
 * fourth. Decoding in the conversion's thread can be held up and made to fail.
 */
final class SampleSource implements ConversionSource {
  static final int BATCH_ROWS = 100;
  static final int SPLIT_BATCHES = 4;

  private final int batches;
  private final BufferAllocator allocator;

  /** Batches that the conversion may still decode. */
  final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);

  /** The batch that the conversion fails at. */
  volatile int failAt = Integer.MAX_VALUE;

  final AtomicInteger conversions = new AtomicInteger();
  final AtomicInteger directReads = new AtomicInteger();
  final AtomicInteger openStreams = new AtomicInteger();

  SampleSource(int batches, BufferAllocator allocator) {
    this.batches = batches;
    this.allocator = allocator;
  }

  static boolean inConversion() {
    return Thread.currentThread().getName().startsWith("mallard-conversion");
  }

  @Override
  public Schema schema() {
    return new Schema(
        List.of(
            SampleFields.nullable("number", new ArrowType.Int(64, true)),
            SampleFields.nullable("text", ArrowType.Utf8.INSTANCE),
            SampleFields.dictionary(
                "word", 1, new ArrowType.Int(32, true), ArrowType.Utf8.INSTANCE)));
  }

  @Override
  public long[] splitPoints() {
    List<Long> splits = new ArrayList<>();
    for (int i = 0; i < batches; i += SPLIT_BATCHES) {
      splits.add((long) i * BATCH_ROWS);
    }
    splits.add((long) batches * BATCH_ROWS);
    return splits.stream().mapToLong(Long::longValue).toArray();
  }

  SampleBatch batch(int index) {
    return SampleBatch.of(schema(), BATCH_ROWS, index, allocator);
  }

  List<List<Object>> rows(int fromBatch, int toBatch) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = fromBatch; i < toBatch; i++) {
      try (SampleBatch batch = batch(i)) {
        rows.addAll(batch.rows());
      }
    }
    return rows;
  }

  List<List<Object>> rows() {
    return rows(0, batches);
  }

  @Override
  public BatchStream open(RowRange rows) {
    openStreams.incrementAndGet();
    long end = Math.min(batches, rows.to() / BATCH_ROWS);
    return new SampleStream((int) (rows.from() / BATCH_ROWS), (int) end);
  }

  private final class SampleStream implements BatchStream {
    private final int end;
    private int next;
    private boolean begun;
    private final Deque<IpcMessage> made = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    SampleStream(int next, int end) {
      this.next = next;
      this.end = end;
    }

    @Override
    public Schema schema() {
      return SampleSource.this.schema();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      if (!begun) {
        begun = true;
        (inConversion() ? conversions : directReads).incrementAndGet();
      }
      if (!made.isEmpty()) {
        return made.remove();
      }
      if (next >= end) {
        return null;
      }
      if (inConversion()) {
        permits.acquireUninterruptibly();
        if (next == failAt) {
          throw new MallardException(ErrorCode.DATA_LOSS, "a test's failure");
        }
      }
      try (SampleBatch batch = batch(next++)) {
        made.addAll(
            BatchEncoder.encodeDictionaries(batch.root().getSchema(), batch.dictionaries()));
        made.add(BatchEncoder.encode(batch.root()));
      }
      return made.remove();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        made.forEach(IpcMessage::close);
        openStreams.decrementAndGet();
      }
    }
  }
}
