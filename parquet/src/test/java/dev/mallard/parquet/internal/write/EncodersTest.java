package dev.mallard.parquet.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesReader;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridDecoder;
import org.junit.jupiter.api.Test;

/** What the encoders write is read by parquet-java's own decoders. */
class EncodersTest {
  private final Random random = new Random(5);

  @Test
  void indicesOfEveryWidthAndLengthOfRunAreDecoded() throws Exception {
    for (int width = 1; width <= 31; width++) {
      for (int runs : new int[] {1, 3, 9, 40, 1000}) {
        int[] values = values(width, runs, 1 + random.nextInt(3000));
        ByteSink out = new ByteSink();
        RleEncoder.encode(values, values.length, width, out);
        RunLengthBitPackingHybridDecoder decoder =
            new RunLengthBitPackingHybridDecoder(
                width, new ByteArrayInputStream(out.array(), 0, out.size()));
        for (int i = 0; i < values.length; i++) {
          assertThat(decoder.readInt()).as("width %s, value %s", width, i).isEqualTo(values[i]);
        }
      }
    }
  }

  @Test
  void levelsAreDecoded() throws Exception {
    for (int width = 1; width <= 7; width++) {
      for (int runs : new int[] {1, 9, 100}) {
        int[] values = values(width, runs, 1 + random.nextInt(3000));
        byte[] levels = new byte[values.length];
        for (int i = 0; i < levels.length; i++) {
          levels[i] = (byte) values[i];
        }
        ByteSink out = new ByteSink();
        RleEncoder.encodeLevels(levels, levels.length, width, out);
        RunLengthBitPackingHybridDecoder decoder =
            new RunLengthBitPackingHybridDecoder(
                width, new ByteArrayInputStream(out.array(), 0, out.size()));
        for (int value : values) {
          assertThat(decoder.readInt()).isEqualTo(value);
        }
      }
    }
  }

  private int[] values(int width, int longestRun, int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; ) {
      int end = Math.min(count, i + 1 + random.nextInt(longestRun));
      int value = (int) (random.nextLong() & (1L << width) - 1);
      Arrays.fill(values, i, end, value);
      i = end;
    }
    return values;
  }

  @Test
  void differencesAreDecodedAlsoWhereTheyWrapAround() throws Exception {
    for (int count : new int[] {1, 2, 32, 33, 129, 1000, 5000}) {
      for (int bits = 0; bits <= 64; bits += 4) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = bits == 0 ? i * 3L : random.nextLong() >> (64 - bits);
        }
        assertThat(decoded(values, false)).isEqualTo(values);
        if (bits <= 32) {
          assertThat(decoded(values, true)).isEqualTo(values);
        }
      }
    }
  }

  private static long[] decoded(long[] values, boolean narrow) throws Exception {
    ByteSink out = new ByteSink();
    new DeltaEncoder().encode(values, 0, values.length, narrow, out);
    DeltaBinaryPackingValuesReader reader = new DeltaBinaryPackingValuesReader();
    reader.initFromPage(
        values.length, ByteBufferInputStream.wrap(ByteBuffer.wrap(out.array(), 0, out.size())));
    long[] decoded = new long[values.length];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = narrow ? reader.readInteger() : reader.readLong();
    }
    return decoded;
  }

  @Test
  void bytesAreSplitToStreams() {
    try (BufferAllocator allocator = new RootAllocator();
        OffHeapBuffer out = new OffHeapBuffer(allocator, 16)) {
      long[] values = random.longs(29).toArray();
      ByteStreamSplit.write(values, values.length, out);
      ByteBuffer bytes = out.content();
      for (int i = 0; i < values.length; i++) {
        byte[] value = new byte[8];
        for (int stream = 0; stream < 8; stream++) {
          value[stream] = bytes.get(stream * values.length + i);
        }
        assertThat(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong())
            .isEqualTo(values[i]);
      }
    }
  }

  @Test
  void bitmapsAreReadFromAnyBitAndNotBeyondTheirEnd() {
    try (BufferAllocator allocator = new RootAllocator();
        var bitmap = allocator.buffer(32)) {
      for (int i = 0; i < 32; i++) {
        bitmap.setByte(i, random.nextInt());
      }
      for (int end = 1; end <= 160; end++) {
        for (int from = 0; from < end; from++) {
          int count = Math.min(64, end - from);
          long word = Bits.word(bitmap.memoryAddress(), from, count, end);
          for (int i = 0; i < 64; i++) {
            boolean expected = i < count && Bits.isSet(bitmap.memoryAddress(), from + i);
            assertThat((word >>> i & 1) != 0).isEqualTo(expected);
          }
        }
      }
    }
  }
}
