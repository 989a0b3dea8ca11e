package dev.mallard.parquet.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** The type null: whatever values there are, none is kept. */
final class NullSink extends ValueSink {
  NullSink(BufferAllocator allocator, PageTranscoder transcoder) {
    super(allocator, transcoder, 0);
  }

  @Override
  void loadDictionary(int count, byte[] bytes, int from, int end) {}

  @Override
  void begin(int expectedValues) {}

  @Override
  void read(int count) {}

  @Override
  void finish(int slots, BitmapWriter present, List<ArrowBuf> target) {}

  @Override
  public void close() {}
}
