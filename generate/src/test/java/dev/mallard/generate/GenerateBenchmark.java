package dev.mallard.generate;

import dev.mallard.arrow.IpcMessage;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Measures how fast sample tables are made and encoded, on one thread. By hand, not a test.
 * Arguments: the kind, rows or scale factor, rounds.
 */
public final class GenerateBenchmark {
  private GenerateBenchmark() {}

  public static void main(String[] arguments) {
    SampleKind kind = SampleKind.of(arguments[0]);
    double size = Double.parseDouble(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    SampleSize wanted =
        kind.isScaled() ? SampleSize.ofScaleFactor(size) : SampleSize.ofRows((long) size);
    for (int round = 0; round < rounds; round++) {
      for (SampleTable table : kind.tables(wanted, SampleKind.DEFAULT_SEED)) {
        measure(table);
      }
    }
  }

  private static void measure(SampleTable table) {
    long start = System.nanoTime();
    long bytes = 0;
    try (BufferAllocator allocator = new RootAllocator();
        SampleStream stream = SampleStream.of(table, allocator)) {
      IpcMessage message;
      while ((message = stream.next()) != null) {
        bytes += message.encodedBytes();
        message.close();
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-24s %,12d rows  %6.2f s  %,12.0f rows/s  %,6.0f MB/s%n",
        table.name(),
        table.rows(),
        seconds,
        table.rows() / seconds,
        bytes / 1e6 / seconds);
  }
}
