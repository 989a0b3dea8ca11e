package dev.mallard.cli.output;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.cli.io.Sizes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What a command answers in rows: for people a plain table with sizes that they can read, for
 * programs a batch that any {@link OutputFormat} writes, with exact values. Not thread-safe.
 */
public final class Listing {
  private static final String UNKNOWN = "-";

  /** What a column holds, and so how people see it. */
  public enum Kind {
    TEXT(ArrowType.Utf8.INSTANCE),
    /** A {@code Long}. */
    COUNT(new ArrowType.Int(64, true)),
    /** A {@code Long}; {@code 1.23 MB} for people. */
    BYTES(new ArrowType.Int(64, true)),
    /** A {@code Boolean}. */
    FLAG(ArrowType.Bool.INSTANCE);

    private final ArrowType type;

    Kind(ArrowType type) {
      this.type = type;
    }
  }

  /**
   * A column.
   *
   * @param name as programs see it; people see it in capitals
   */
  public record Column(String name, Kind kind) {
    private Field field() {
      return Field.nullable(name, kind.type);
    }

    private TextTable.Column heading() {
      String heading = name.replace('_', ' ').toUpperCase(Locale.ROOT);
      return kind == Kind.COUNT || kind == Kind.BYTES
          ? TextTable.Column.number(heading)
          : TextTable.Column.text(heading);
    }

    private String shown(@Nullable Object value) {
      if (value == null) {
        return UNKNOWN;
      }
      return switch (kind) {
        case TEXT -> (String) value;
        case COUNT -> Sizes.count((Long) value);
        case BYTES -> Sizes.bytes((Long) value);
        case FLAG -> (Boolean) value ? "yes" : "no";
      };
    }
  }

  private final List<Column> columns;
  private final List<List<@Nullable Object>> rows = new ArrayList<>();

  public Listing(Column... columns) {
    this.columns = List.of(columns);
  }

  /** A row: for each column a value of its kind, or null where it is not known. */
  public void add(@Nullable Object... values) {
    rows.add(Collections.unmodifiableList(Arrays.asList(values.clone())));
  }

  /** As many as it has rows. */
  public int size() {
    return rows.size();
  }

  /** For people: a line of headings, then one for each row. */
  public List<String> lines() {
    TextTable table = new TextTable(columns.stream().map(Column::heading).toList());
    for (List<@Nullable Object> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        cells.add(columns.get(i).shown(row.get(i)));
      }
      table.add(cells);
    }
    return table.plain();
  }

  /** For people: the first row, a line for each value that is known. */
  public List<String> facts() {
    int widest = columns.stream().mapToInt(column -> column.name().length()).max().orElse(0) + 1;
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = rows.get(0).get(i);
      if (value != null) {
        String name = columns.get(i).name().replace('_', ' ') + ":";
        String shown = DisplayText.visible(columns.get(i).shown(value));
        lines.add(DisplayText.pad(name, widest, false) + " " + shown);
      }
    }
    return lines;
  }

  public Schema schema() {
    return new Schema(columns.stream().map(Column::field).toList());
  }

  /** All rows, for a {@link RowSink}; the caller closes it. */
  public IpcMessage encode(BufferAllocator allocator) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema(), allocator)) {
      root.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        for (int i = 0; i < columns.size(); i++) {
          set(root.getVector(i), row, rows.get(row).get(i));
        }
      }
      root.setRowCount(rows.size());
      return BatchEncoder.encode(root);
    }
  }

  private static void set(FieldVector vector, int row, @Nullable Object value) {
    if (value == null) {
      vector.setNull(row);
    } else if (vector instanceof VarCharVector text) {
      text.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof BitVector flag) {
      flag.setSafe(row, (Boolean) value ? 1 : 0);
    } else {
      ((BigIntVector) vector).setSafe(row, (Long) value);
    }
  }
}
