package dev.mallard.parquet.internal.write;

import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * Writes Arrow IPC streams as Parquet files, to be compared by another implementation; see
 * roundtrip.py beside it. Arguments: pairs of an input and an output file.
 */
public final class ConvertToParquet {
  private ConvertToParquet() {}

  public static void main(String[] arguments) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (BufferAllocator allocator = new RootAllocator()) {
      for (int i = 0; i + 1 < arguments.length; i += 2) {
        try {
          convert(Path.of(arguments[i]), Path.of(arguments[i + 1]), allocator, executor);
        } catch (RuntimeException e) {
          throw new IllegalStateException(arguments[i], e);
        }
      }
    } finally {
      executor.shutdown();
    }
  }

  private static void convert(
      Path input, Path output, BufferAllocator allocator, ExecutorService executor)
      throws Exception {
    try (InputStream in = Files.newInputStream(input);
        ArrowStreamReader reader = new ArrowStreamReader(in, allocator);
        FileChannel out =
            FileChannel.open(
                output,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      List<Field> fields = new ArrayList<>();
      for (Field field : root.getSchema().getFields()) {
        fields.add(DictionaryUtility.toMessageFormat(field, reader, new HashSet<>()));
      }
      Schema schema = new Schema(fields, root.getSchema().getCustomMetadata());
      WriterSettings options = WriterSettings.defaults();
      try (VectorWriter writer = new VectorWriter(out, schema, options, allocator, executor)) {
        while (reader.loadNextBatch()) {
          writer.write(root, reader);
        }
        writer.finish(Map.of("mallard:test", "yes"));
      }
    }
  }
}
