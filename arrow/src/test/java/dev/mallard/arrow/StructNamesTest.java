package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StructNamesTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private static Field number(String name) {
    return new Field(name, FieldType.nullable(new ArrowType.Int(32, true)), null);
  }

  private static Field of(ArrowType type, String name, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  private static Field struct(String name, Field... children) {
    return of(ArrowType.Struct.INSTANCE, name, children);
  }

  @Test
  void onlyWhatClashesIsNamedAnew() {
    Field fine = struct("s", number("a"), struct("b", number("a")));
    assertThat(StructNames.distinct(fine)).isSameAs(fine);
    Field clash = struct("s", number("a"), number("a"), number("a_2"), number("a"), number("b"));
    assertThat(StructNames.distinct(clash).getChildren().stream().map(Field::getName))
        .containsExactly("a", "a_3", "a_2", "a_4", "b");
    Field list = of(ArrowType.List.INSTANCE, "l", struct("item", number(""), number("")));
    assertThat(StructNames.distinct(list).getChildren().get(0).getChildren().stream())
        .map(Field::getName)
        .containsExactly("", "_2");
  }

  @Test
  void vectorsHoldAllFieldsOfAStructWithoutNames() throws IOException {
    Field distinct = struct("s", number("a"), number("b"));
    Field nameless = struct("s", number(""), number(""));
    try (SampleBatch sample = SampleBatch.of(new Schema(List.of(distinct)), 20, 1, memory.get())) {
      RecordedStream stream =
          new RecordedStream(new Schema(List.of(nameless)), RecordedStream.messages(sample));
      List<List<Object>> rows = RecordedStream.rows(stream, memory.get());
      List<List<Object>> expected = RecordedStream.rows(RecordedStream.of(sample), memory.get());
      assertThat(rows.toString().replace("_2=", "="))
          .isEqualTo(expected.toString().replace("a=", "=").replace("b=", "="));
    }
  }
}
