package dev.mallard.parquet.internal.write;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Measures how fast Arrow batches become Parquet. By hand, not a test. Arguments: the table (mixed,
 * sequential, or one column's name), rows of a batch, batches, rounds.
 */
public final class VectorWriterBenchmark {
  private final SplittableRandom random = new SplittableRandom(1);
  private final BufferAllocator allocator;
  private final int rows;

  private VectorWriterBenchmark(BufferAllocator allocator, int rows) {
    this.allocator = allocator;
    this.rows = rows;
  }

  public static void main(String[] arguments) throws Exception {
    String table = arguments.length > 0 ? arguments[0] : "mixed";
    int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 65_536;
    int batches = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 64;
    int rounds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
    Path file = Files.createTempFile("benchmark", ".parquet");
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (BufferAllocator allocator = new RootAllocator()) {
      VectorWriterBenchmark benchmark = new VectorWriterBenchmark(allocator, rows);
      try (VectorSchemaRoot root = new VectorSchemaRoot(benchmark.columns(table))) {
        root.setRowCount(rows);
        for (int round = 0; round < rounds; round++) {
          benchmark.run(root, batches, file, executor);
        }
      }
    } finally {
      executor.shutdown();
      Files.delete(file);
    }
  }

  private void run(VectorSchemaRoot root, int batches, Path file, ExecutorService executor)
      throws Exception {
    long bytes = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
    var system =
        (com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    long cpuStart = system.getProcessCpuTime();
    long start = System.nanoTime();
    try (FileChannel out =
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        VectorWriter writer =
            new VectorWriter(
                out, root.getSchema(), WriterSettings.defaults(), allocator, executor)) {
      for (int i = 0; i < batches; i++) {
        writer.write(root, new DictionaryProvider.MapDictionaryProvider());
      }
      writer.finish(Map.of());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = (system.getProcessCpuTime() - cpuStart) / 1e9;
    double megabytes = bytes * (double) batches / 1e6;
    System.out.printf(
        Locale.ROOT,
        "%.0f MB of Arrow in %.2f s = %.0f MB/s; %.0f MB per CPU second; file %.1f MB%n",
        megabytes,
        seconds,
        megabytes / seconds,
        megabytes / cpu,
        Files.size(file) / 1e6);
  }

  private List<FieldVector> columns(String table) {
    return switch (table) {
      case "mixed" ->
          List.of(
              longs(true),
              dates(),
              strings("low", 50),
              strings("medium", 5000),
              doubles(true),
              doubles(false),
              bits());
      case "sequential" -> List.of(longs(false));
      case "unique" -> List.of(longs(true));
      case "date" -> List.of(dates());
      case "low" -> List.of(strings("low", 50));
      case "medium" -> List.of(strings("medium", 5000));
      case "uniquestring" -> List.of(strings("unique", Integer.MAX_VALUE));
      case "price" -> List.of(doubles(true));
      case "double" -> List.of(doubles(false));
      case "bool" -> List.of(bits());
      default -> throw new IllegalArgumentException(table);
    };
  }

  private FieldVector longs(boolean shuffled) {
    BigIntVector vector = new BigIntVector("id", allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, shuffled ? random.nextLong(1L << 40) : i);
    }
    vector.setValueCount(rows);
    return vector;
  }

  private FieldVector dates() {
    DateDayVector vector = new DateDayVector("day", allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, 10_000 + random.nextInt(2500));
    }
    vector.setValueCount(rows);
    return vector;
  }

  private FieldVector strings(String name, int distinct) {
    VarCharVector vector = new VarCharVector(name, allocator);
    vector.allocateNew();
    for (int i = 0; i < rows; i++) {
      vector.setSafe(i, ("value-" + random.nextInt(distinct)).getBytes());
    }
    vector.setValueCount(rows);
    return vector;
  }

  /** Prices with two digits, or doubles that are random to the last bit. */
  private FieldVector doubles(boolean prices) {
    Float8Vector vector = new Float8Vector(prices ? "price" : "measure", allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      vector.set(i, prices ? random.nextInt(10_000_000) / 100.0 : random.nextDouble());
    }
    vector.setValueCount(rows);
    return vector;
  }

  private FieldVector bits() {
    BitVector vector = new BitVector("flag", allocator);
    vector.allocateNew(rows);
    for (int i = 0; i < rows; i++) {
      if (random.nextInt(10) == 0) {
        vector.setNull(i);
      } else {
        vector.set(i, random.nextInt(2));
      }
    }
    vector.setValueCount(rows);
    return vector;
  }
}
