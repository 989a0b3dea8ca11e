package dev.mallard.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.read.ParquetFixture;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of files that pyarrow wrote are what pyarrow has in these places. */
class ParquetFileTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();
  @TempDir Path folder;

  private List<List<Object>> rows(String name, ReadOptions options) throws IOException {
    try (ParquetFile file = ParquetFile.open(ParquetFixture.copyTo(folder, name));
        ParquetReader reader = file.read(options, memory.get())) {
      List<List<Object>> rows = new ArrayList<>();
      for (VectorSchemaRoot next = reader.next(); next != null; next = reader.next()) {
        try (VectorSchemaRoot batch = next) {
          rows.addAll(VectorValues.rows(batch, reader.dictionaries()));
        }
      }
      assertThat(RecordedStream.rows(file.stream(options, memory.get()), memory.get()))
          .isEqualTo(rows);
      return rows;
    }
  }

  private List<Field> fields(String name) throws IOException {
    try (ParquetFile file = ParquetFile.open(ParquetFixture.copyTo(folder, name))) {
      return file.schema().getFields();
    }
  }

  private static List<List<Object>> picked(List<List<Object>> rows, int... columns) {
    List<List<Object>> result = new ArrayList<>();
    for (List<Object> row : rows) {
      List<Object> cells = new ArrayList<>();
      for (int column : columns) {
        cells.add(row.get(column));
      }
      result.add(cells);
    }
    return result;
  }

  @ParameterizedTest
  @ValueSource(strings = {"numbers_v1", "bytes_v2", "nested_v1", "encodings_v2", "fallback"})
  void columnsComeInTheOrderThatWasAskedFor(String name) throws IOException {
    List<List<Object>> all = ParquetFixture.rows(name, memory.get());
    List<Field> fields = fields(name);
    int last = fields.size() - 1;
    ReadOptions options =
        ReadOptions.all().columns(fields.get(last).getName(), fields.get(0).getName()).batchRows(7);
    assertThat(rows(name, options)).isEqualTo(picked(all, last, 0));
  }

  @Test
  void withoutColumnsOnlyTheNumberOfRowsIsRead() throws IOException {
    assertThat(rows("numbers_v1", ReadOptions.all().columns())).hasSize(40);
  }

  @Test
  @SuppressWarnings("unchecked")
  void pathsSelectPartsOfStructsAndLists() throws IOException {
    List<Field> fields = fields("nested_v2");
    List<String> names = fields.stream().map(Field::getName).toList();
    List<List<Object>> all = ParquetFixture.rows("nested_v2", memory.get());
    String element = fields.get(names.indexOf("list_struct")).getChildren().get(0).getName();
    List<List<Object>> found =
        rows(
            "nested_v2",
            ReadOptions.all()
                .columns(
                    "struct_struct.y",
                    "list_struct." + element + ".b",
                    "struct_struct.x.a",
                    "struct.b"));
    List<List<Object>> expected = new ArrayList<>();
    for (List<Object> row : all) {
      Map<String, Object> outer = (Map<String, Object>) row.get(names.indexOf("struct_struct"));
      Map<String, Object> some = null;
      if (outer != null) {
        some = new LinkedHashMap<>();
        some.put("y", outer.get("y"));
        some.put("x", only("a", (Map<String, Object>) outer.get("x")));
      }
      List<Object> list = (List<Object>) row.get(names.indexOf("list_struct"));
      List<Object> items = null;
      if (list != null) {
        items = new ArrayList<>();
        for (Object item : list) {
          items.add(only("b", (Map<String, Object>) item));
        }
      }
      List<Object> cells = new ArrayList<>();
      cells.add(some);
      cells.add(items);
      cells.add(only("b", (Map<String, Object>) row.get(names.indexOf("struct"))));
      expected.add(cells);
    }
    assertThat(found).isEqualTo(expected);
  }

  private static Map<String, Object> only(String name, Map<String, Object> struct) {
    if (struct == null) {
      return null;
    }
    Map<String, Object> one = new LinkedHashMap<>();
    one.put(name, struct.get(name));
    return one;
  }

  @Test
  void rowGroupsAndRowsAreThoseThatWereAskedFor() throws IOException {
    List<List<Object>> all = ParquetFixture.rows("times", memory.get());
    try (ParquetFile file = ParquetFile.open(ParquetFixture.copyTo(folder, "times"))) {
      assertThat(file.rowGroups()).extracting(RowGroupInfo::firstRow).containsExactly(0L, 25L);
      assertThat(file.rowGroups()).extracting(RowGroupInfo::rows).containsExactly(25L, 15L);
      assertThat(file.rowGroups()).allMatch(group -> group.compressedBytes() > 100);
      assertThat(file.rows()).isEqualTo(40);
      assertThat(file.createdBy()).startsWith("parquet-cpp-arrow");
    }
    List<List<Object>> turned = new ArrayList<>(all.subList(25, 40));
    turned.addAll(all.subList(0, 25));
    assertThat(rows("times", ReadOptions.all().rowGroups(1, 0))).isEqualTo(turned);
    for (int[] range : new int[][] {{0, 40}, {3, 9}, {20, 30}, {25, 26}, {39, 99}, {7, 7}}) {
      ReadOptions options = ReadOptions.all().rows(range[0], range[1]).batchRows(4);
      assertThat(rows("times", options)).isEqualTo(all.subList(range[0], Math.min(40, range[1])));
    }
  }

  @Test
  void whatIsNotThereIsRefusedAndNamed() {
    refused("numbers_v1", ReadOptions.all().columns("nope"), "no column 'nope'; it has '");
    refused("nested_v1", ReadOptions.all().columns("struct.nope"), "no column 'struct.nope'");
    refused("nested_v1", ReadOptions.all().columns("struct", "struct.a"), "asked for twice");
    refused("nested_v1", ReadOptions.all().columns("struct.a", "struct"), "asked for twice");
    refused("numbers_v1", ReadOptions.all().rowGroups(2), "no row group 2; it has 2");
    refused("same_names", ReadOptions.all().columns("x"), "more than one column 'x'");
  }

  private void refused(String name, ReadOptions options, String message) {
    assertThatThrownBy(() -> rows(name, options))
        .isInstanceOfSatisfying(
            MallardException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }

  @Test
  void anOpenFileServesSeveralReadersAtATime() throws IOException {
    List<List<Object>> all = ParquetFixture.rows("numbers_v2", memory.get());
    try (ParquetFile file = ParquetFile.open(ParquetFixture.copyTo(folder, "numbers_v2"));
        ParquetReader one = file.read(ReadOptions.all().batchRows(64), memory.get());
        ParquetReader other = file.read(ReadOptions.all().batchRows(64), memory.get())) {
      try (VectorSchemaRoot first = one.next();
          VectorSchemaRoot second = other.next()) {
        List<List<Object>> expected = all.subList(0, first.getRowCount());
        assertThat(VectorValues.rows(first, one.dictionaries())).isEqualTo(expected);
        assertThat(VectorValues.rows(second, other.dictionaries())).isEqualTo(expected);
      }
    }
  }
}
