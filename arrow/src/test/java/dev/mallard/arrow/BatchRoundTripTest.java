package dev.mallard.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SampleBatch;
import dev.mallard.testing.SampleFields;
import dev.mallard.testing.VectorValues;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BatchRoundTripTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  @Test
  void vectorsOfEveryTypeComeBackAsTheyWereEncoded() throws IOException {
    for (int rows : new int[] {0, 1, 200}) {
      try (SampleBatch sample = SampleBatch.of(SampleFields.everyType(), rows, 7, memory.get());
          BatchLoader loader = new BatchLoader(sample.schema(), memory.get())) {
        List<IpcMessage> dictionaries =
            BatchEncoder.encodeDictionaries(sample.root().getSchema(), sample.dictionaries());
        for (IpcMessage dictionary : dictionaries) {
          loader.load(dictionary);
          dictionary.close();
        }
        try (IpcMessage batch = BatchEncoder.encode(sample.root())) {
          loader.load(batch);
        }
        assertThat(VectorValues.rows(loader.root(), loader.dictionaries()))
            .isEqualTo(sample.rows())
            .hasSize(rows);
      }
    }
  }

  @Test
  void aSchemaOfEveryTypeSurvivesItsMessage() {
    Schema schema = SampleFields.everyType();

    assertThat(ArrowSchemas.read(ArrowSchemas.message(schema).header())).isEqualTo(schema);
  }

  @Test
  void theSchemaOfVectorsIsTheOneOfTheirMessages() {
    // The sparse union's type ids are the one thing that its vector does not keep.
    Schema schema = SampleFields.everyType();
    try (SampleBatch sample = SampleBatch.of(schema, 3, 1, memory.get())) {
      assertThat(
              BatchEncoder.messageSchema(sample.root().getSchema(), sample.dictionaries())
                  .toString())
          .isEqualTo(schema.toString());
      assertThat(ArrowSchemas.toMemoryForm(schema)).isEqualTo(sample.root().getSchema());
    }
  }
}
