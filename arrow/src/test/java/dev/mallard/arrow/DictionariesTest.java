package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.RecordedStream;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullUnmarked
class DictionariesTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  @Test
  void partsOfEveryTypeAreJoinedInOrder() throws IOException {
    List<Field> fields = new ArrayList<>(SampleFields.flat());
    fields.addAll(SampleFields.nested());
    for (Field field : fields) {
      Schema schema = new Schema(List.of(field));
      ColumnLayout layout = ColumnLayout.of(schema).get(0);
      List<List<Object>> expected = new ArrayList<>();
      List<IpcMessage> parts = new ArrayList<>();
      for (int rows : new int[] {13, 0, 1, 200}) {
        try (SampleBatch sample = SampleBatch.of(schema, rows, rows, memory.get())) {
          parts.addAll(RecordedStream.messages(sample));
          expected.addAll(sample.rows());
        }
      }
      try (IpcMessage joined = Dictionaries.join(parts, layout, memory.get())) {
        BatchHeader header = BatchHeader.read(joined).withDictionary(null);
        IpcMessage batch =
            new IpcMessage(header.encode(), ((MemoryBody) joined.body()).share(), null);
        new MessageChecker(schema, memory.get(), CheckLimits.DEFAULT).check(batch);
        assertThat(RecordedStream.rows(new RecordedStream(schema, List.of(batch)), memory.get()))
            .as(field.toString())
            .isEqualTo(expected);
      }
      parts.forEach(IpcMessage::close);
    }
  }

  @Test
  void valuesOfEveryTypeHaveTheSameKeyIfAndOnlyIfTheyAreEqual() throws IOException {
    List<Field> fields = new ArrayList<>(SampleFields.flat());
    fields.addAll(SampleFields.nested());
    for (Field field : fields) {
      Schema schema = new Schema(List.of(field));
      ColumnLayout layout = ColumnLayout.of(schema).get(0);
      try (SampleBatch sample = SampleBatch.of(schema, 60, 8, memory.get());
          IpcMessage message = BatchEncoder.encode(sample.root());
          IpcMessage normal = Dictionaries.normalised(message, layout, memory.get())) {
        ColumnData column = ColumnData.of(BatchHeader.read(normal), List.of(layout)).get(0);
        List<List<Object>> rows = sample.rows();
        try (ValueKeys keys = new ValueKeys(column, normal.body(), memory.get())) {
          for (int i = 0; i < 60; i++) {
            for (int j = 0; j < 60; j++) {
              assertThat(keys.key(i).equals(keys.key(j)))
                  .as(field.toString())
                  .isEqualTo(rows.get(i).equals(rows.get(j)));
            }
          }
        }
      }
    }
  }
}
