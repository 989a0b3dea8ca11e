package dev.mallard.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table made of columns that know each row by its key. */
final class ColumnTable implements SampleTable {
  /** The keys of rows that follow each other. */
  interface Keys {
    /** What a row's key is unless there is more to say: its number. */
    Keys ROW_NUMBERS = (firstRow, keys) -> Arrays.setAll(keys, i -> firstRow + i);

    void fill(long firstRow, long[] keys);
  }

  private final String name;
  private final long rows;
  private final Keys keys;
  private final List<Column> columns;
  private final Schema schema;

  ColumnTable(String name, long rows, Column... columns) {
    this(name, rows, Keys.ROW_NUMBERS, columns);
  }

  ColumnTable(String name, long rows, Keys keys, Column... columns) {
    this.name = name;
    this.rows = rows;
    this.keys = keys;
    this.columns = List.of(columns);
    this.schema = new Schema(this.columns.stream().map(Column::field).toList());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public void fill(VectorSchemaRoot root, long firstRow, int count) {
    Objects.checkFromIndexSize(firstRow, count, rows);
    long[] wanted = new long[count];
    keys.fill(firstRow, wanted);
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).filler().fill(root.getVector(i), wanted);
    }
    root.setRowCount(count);
  }
}
