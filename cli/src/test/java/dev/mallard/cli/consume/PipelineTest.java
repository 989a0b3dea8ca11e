package dev.mallard.cli.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.generate.SampleKind;
import dev.mallard.generate.SampleSize;
import dev.mallard.generate.SampleStream;
import dev.mallard.generate.SampleTable;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three stages, and what becomes of them when one fails. */
@Timeout(30)
class PipelineTest {
  private static final SampleTable TABLE =
      SampleKind.FEATHER_DEMO.tables(SampleSize.ofRows(10_000), 1).get(0);

  @RegisterExtension private final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private BatchStream rows() {
    return new SampleStream(TABLE, 0, TABLE.rows(), 100, memory.get());
  }

  private void run(BatchStream source, Consumer<String> sink) throws IOException {
    try (source;
        Computation computation = new Computation(source.schema(), 1, 1, memory.get())) {
      new Pipeline(source, computation, sink, 2).run();
    }
  }

  @Test
  void everyBatchGoesThroughInOrder() throws IOException {
    List<String> lines = new ArrayList<>();
    try (BatchStream source = rows();
        Computation computation = new Computation(source.schema(), 3, 2, memory.get())) {
      Pipeline pipeline = new Pipeline(source, computation, lines::add, 2);
      pipeline.run();

      assertThat(pipeline.stages()).extracting(StageMeter::items).containsOnly(100L);
      assertThat(pipeline.fetchedQueue().deepest()).isBetween(0, 2);
      assertThat(computation.rows()).isEqualTo(10_000);
      assertThat(computation.summary().get(1)).matches("id +0 +0 +9999");
    }
    assertThat(lines).hasSize(100).first().asString().startsWith("batch 1: 100 rows, ");
  }

  @Test
  void aSinkThatFailsStopsTheOthersAndIsReported() {
    assertThatThrownBy(
            () ->
                run(
                    rows(),
                    line -> {
                      throw new IllegalStateException("the log is full");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the log is full");
  }

  @Test
  void aNetworkThatFailsStopsTheOthersAndIsReported() {
    BatchStream good = rows();
    BatchStream bad =
        new BatchStream() {
          private int given;

          @Override
          public Schema schema() {
            return good.schema();
          }

          @Override
          public IpcMessage next() throws IOException {
            if (given++ == 5) {
              throw new IOException("the wire broke");
            }
            return good.next();
          }

          @Override
          public void close() {
            good.close();
          }
        };
    List<String> lines = new ArrayList<>();

    assertThatThrownBy(() -> run(bad, lines::add))
        .isInstanceOf(IOException.class)
        .hasMessage("the wire broke");
    assertThat(lines).hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void anInterruptedPersonStopsAllOfThem() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> run(rows(), line -> {})).isInstanceOf(IOException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
