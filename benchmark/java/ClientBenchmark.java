import dev.mallard.client.MallardClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Java client as a process that the benchmark sends commands to, one a line; each is answered
 * with the seconds it took and the rows that went by.
 *
 * <pre>
 * load FILE   reads a Feather file into memory, to be put
 * put NAME    uploads what is loaded
 * get NAME    reads a dataset and keeps nothing
 * </pre>
 */
public final class ClientBenchmark {
  private final List<ArrowRecordBatch> batches = new ArrayList<>();
  private Schema schema = new Schema(List.of());
  private Path file = Path.of("");
  private final MallardClient client;

  private ClientBenchmark(MallardClient client) {
    this.client = client;
  }

  public static void main(String[] arguments) throws IOException {
    try (MallardClient client =
        MallardClient.connect("127.0.0.1", Integer.parseInt(arguments[0]))) {
      ClientBenchmark benchmark = new ClientBenchmark(client);
      BufferedReader commands =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line;
      while ((line = commands.readLine()) != null) {
        String[] command = line.split(" ", 2);
        long started = System.nanoTime();
        long rows = benchmark.run(command[0], command[1]);
        System.out.println((System.nanoTime() - started) / 1e9 + " " + rows);
      }
      benchmark.batches.forEach(ArrowRecordBatch::close);
    }
  }

  private long run(String command, String argument) throws IOException {
    return switch (command) {
      case "load" -> load(argument);
      case "put" -> put(argument);
      case "get" -> client.get(argument, batch -> {});
      default -> throw new IllegalArgumentException(command + " (expected: load, put or get)");
    };
  }

  /** Reads the schema; the batches come into memory when the first put knows the client's allocator. */
  private long load(String path) throws IOException {
    file = Path.of(path);
    try (BufferAllocator allocator = new RootAllocator();
        ArrowFileReader reader = new ArrowFileReader(FileChannel.open(file), allocator)) {
      schema = reader.getVectorSchemaRoot().getSchema();
    }
    return 0;
  }

  private void loadBatches(BufferAllocator allocator) throws IOException {
    try (ArrowFileReader reader = new ArrowFileReader(FileChannel.open(file), allocator)) {
      while (reader.loadNextBatch()) {
        batches.add(new VectorUnloader(reader.getVectorSchemaRoot()).getRecordBatch());
      }
    }
  }

  private long put(String name) throws IOException {
    AtomicInteger next = new AtomicInteger();
    client.put(
        name,
        schema,
        batch -> {
          if (batches.isEmpty()) {
            loadBatches(batch.getVector(0).getAllocator().getRoot());
          }
          if (next.get() == batches.size()) {
            return false;
          }
          new VectorLoader(batch).load(batches.get(next.getAndIncrement()));
          return true;
        });
    return batches.stream().mapToLong(ArrowRecordBatch::getLength).sum();
  }
}
