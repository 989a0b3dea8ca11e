package dev.mallard.catalog;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchLoader;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The columns that folder names give to the files below them ({@code year=2026/month=11/…}), as
 * Hive, Spark and DuckDB write them: int64 where every value of the dataset is a whole number, else
 * utf8; {@code __HIVE_DEFAULT_PARTITION__} is null.
 */
final class HivePartitions {
  private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

  private final List<Field> columns;

  private HivePartitions(List<Field> columns) {
    this.columns = columns;
  }

  static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // A lone percent sign: take it as it stands.
    }
  }

  /** A folder's name for a value, as other engines read it. */
  static String segment(Map.Entry<String, String> value) {
    return encode(value.getKey()) + "=" + encode(value.getValue());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  List<Field> columns() {
    return columns;
  }

  /** The columns of all parts together. */
  static HivePartitions of(List<Part> parts) {
    List<Field> columns = new ArrayList<>();
    for (String key : parts.get(0).partition().keySet()) {
      boolean whole = parts.stream().allMatch(part -> isWhole(part.partition().get(key)));
      ArrowType type = whole ? new ArrowType.Int(64, true) : new ArrowType.Utf8();
      columns.add(new Field(key, FieldType.nullable(type), null));
    }
    return new HivePartitions(columns);
  }

  private static boolean isWhole(@Nullable String value) {
    if (value == null || value.equals(NULL)) {
      return true;
    }
    try {
      return String.valueOf(Long.parseLong(value)).equals(value) || value.matches("0\\d");
    } catch (NumberFormatException e) {
      return false;
    }
  }

  boolean isEmpty() {
    return columns.isEmpty();
  }

  /**
   * The files' schema with the columns added at its end; a column that the files have themselves
   * stays theirs.
   */
  Schema extend(Schema files) {
    List<Field> fields = new ArrayList<>(files.getFields());
    fields.addAll(added(files));
    return new Schema(fields, files.getCustomMetadata());
  }

  private List<Field> added(Schema files) {
    return columns.stream()
        .filter(
            column ->
                files.getFields().stream()
                    .noneMatch(field -> field.getName().equals(column.getName())))
        .toList();
  }

  /** Adds the values of one part to its batches. Takes {@code stream} over. */
  BatchStream extend(BatchStream stream, Map<String, String> values, BufferAllocator allocator) {
    return new Extended(stream, added(stream.schema()), extend(stream.schema()), values, allocator);
  }

  private static final class Extended implements BatchStream {
    private final BatchStream source;
    private final List<Field> added;
    private final Schema schema;
    private final Map<String, String> values;
    private final BufferAllocator allocator;
    private final BatchLoader loader;

    Extended(
        BatchStream source,
        List<Field> added,
        Schema schema,
        Map<String, String> values,
        BufferAllocator allocator) {
      this.source = source;
      this.added = added;
      this.schema = schema;
      this.values = values;
      this.allocator = allocator;
      this.loader = new BatchLoader(source.schema(), allocator);
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public boolean mayWait() {
      return source.mayWait();
    }

    @Override
    public void stopWaiting() {
      source.stopWaiting();
    }

    @Override
    public @Nullable IpcMessage next() throws IOException {
      IpcMessage message = source.next();
      if (message == null || message.kind() != IpcMessage.Kind.RECORD_BATCH) {
        return message;
      }
      try (message) {
        VectorSchemaRoot files = java.util.Objects.requireNonNull(loader.load(message));
        List<FieldVector> constants = new ArrayList<>();
        try {
          for (Field column : added) {
            constants.add(constant(column, values.get(column.getName()), files.getRowCount()));
          }
          List<FieldVector> all = new ArrayList<>(files.getFieldVectors());
          all.addAll(constants);
          return BatchEncoder.encode(new VectorSchemaRoot(fields(all), all, files.getRowCount()));
        } finally {
          constants.forEach(FieldVector::close);
        }
      }
    }

    private static List<Field> fields(List<FieldVector> vectors) {
      return vectors.stream().map(FieldVector::getField).toList();
    }

    private FieldVector constant(Field column, @Nullable String value, int rows) {
      try (Closer onFailure = new Closer()) {
        FieldVector vector = onFailure.add(column.createVector(allocator));
        fill(vector, value, rows);
        onFailure.release();
        return vector;
      }
    }

    private static void fill(FieldVector vector, @Nullable String value, int rows) {
      vector.setInitialCapacity(rows);
      vector.allocateNew();
      if (value != null && !value.equals(NULL)) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        for (int row = 0; row < rows; row++) {
          if (vector instanceof BigIntVector numbers) {
            numbers.setSafe(row, Long.parseLong(value));
          } else {
            ((VarCharVector) vector).setSafe(row, text);
          }
        }
      }
      vector.setValueCount(rows);
    }

    @Override
    public void close() {
      loader.close();
      source.close();
    }
  }
}
