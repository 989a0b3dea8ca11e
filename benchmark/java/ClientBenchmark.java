import dev.mallard.client.MallardClient;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
  private final BufferAllocator allocator = new RootAllocator();
  private final List<ArrowRecordBatch> batches = new ArrayList<>();
  private Schema schema = new Schema(List.of());
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

  private long load(String file) throws IOException {
    batches.forEach(ArrowRecordBatch::close);
    batches.clear();
    long rows = 0;
    try (FileInputStream in = new FileInputStream(file);
        ArrowFileReader reader = new ArrowFileReader(in.getChannel(), allocator)) {
      schema = reader.getVectorSchemaRoot().getSchema();
      while (reader.loadNextBatch()) {
        batches.add(new VectorUnloader(reader.getVectorSchemaRoot()).getRecordBatch());
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
    }
    return rows;
  }

  private long put(String name) throws IOException {
    Iterator<ArrowRecordBatch> remaining = batches.iterator();
    client.put(
        name,
        schema,
        batch -> {
          if (!remaining.hasNext()) {
            return false;
          }
          new VectorLoader(batch).load(remaining.next());
          return true;
        });
    return batches.stream().mapToLong(ArrowRecordBatch::getLength).sum();
  }
}
