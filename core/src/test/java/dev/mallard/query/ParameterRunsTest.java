package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.arrow.BatchEncoder;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.testing.LeakCheckedAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run for each row of parameters, in however many batches the rows come. */
class ParameterRunsTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private final List<String> log = new ArrayList<>();
  private FakeStatement statement;

  @BeforeEach
  void prepare() {
    statement = new FakeStatement(log, memory.get());
  }

  @AfterEach
  void nothingIsOpenAndTheStatementIsNotClosed() {
    assertThat(statement.open).isZero();
    assertThat(log).doesNotContain("close statement");
  }

  private StoredBatches parameters(long[]... batches) throws IOException {
    StoredBatches.Builder stored = new StoredBatches.Builder(FakeStatement.SCHEMA, memory.get());
    for (long[] batch : batches) {
      try (VectorSchemaRoot root = VectorSchemaRoot.create(FakeStatement.SCHEMA, memory.get())) {
        for (int i = 0; i < batch.length; i++) {
          ((BigIntVector) root.getVector(0)).setSafe(i, batch[i]);
        }
        root.setRowCount(batch.length);
        try (IpcMessage message = BatchEncoder.encode(root)) {
          stored.add(message);
        }
      }
    }
    return stored.build();
  }

  private static long[] rows(long... numbers) {
    return numbers;
  }

  private ParameterRuns runs(long[]... batches) throws IOException {
    return new ParameterRuns(statement, parameters(batches), memory.get());
  }

  private static long rest(BatchStream stream) throws IOException {
    long rows = 0;
    for (IpcMessage next = stream.next(); next != null; next = stream.next()) {
      rows += next.rows();
      next.close();
    }
    return rows;
  }

  @Test
  void theResultsOfAllRowsFollowOneAnother() throws IOException {
    try (BatchStream result = runs(rows(), rows(2, 0), rows(), rows(3), rows(0, 1), rows())) {
      assertThat(result.schema()).isEqualTo(FakeStatement.SCHEMA);
      assertThat(log).as("one at a time").containsExactly("bind 2", "run 2");
      assertThat(rest(result)).isEqualTo(6);
      assertThat(result.next()).isNull();
    }
    assertThat(log.stream().filter(line -> line.startsWith("run")))
        .containsExactly("run 2", "run 0", "run 3", "run 0", "run 1");
  }

  @Test
  void withoutARowNothingRuns() throws IOException {
    for (StoredBatches none : List.of(parameters(), parameters(rows(), rows()))) {
      assertThatThrownBy(() -> new ParameterRuns(statement, none, memory.get()))
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
          .hasMessageContaining("bind at least one");
    }
    assertThat(log).containsOnly("unbind");
  }

  @Test
  void aFirstRunThatFailsLeavesNothing() {
    assertThatThrownBy(() -> runs(rows(FakeStatement.FAILS_TO_RUN, 1)))
        .hasMessage("a test's failure");
  }

  @Test
  void whatHasFailedNeverEndsAndNoFurtherRowRuns() throws IOException {
    for (long fails : new long[] {FakeStatement.FAILS_TO_RUN, FakeStatement.FAILS_IN_THE_MIDDLE}) {
      log.clear();
      try (BatchStream result = runs(rows(1), rows(fails, 2))) {
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> rest(result)).hasMessage("a test's failure");
        }
      }
      assertThat(log).containsExactly("bind 1", "run 1", "bind " + fails, "run " + fails, "unbind");
    }
  }

  @Test
  void aRowThatMakesOtherTypesIsAnErrorAndNotPartOfTheResult() throws IOException {
    try (BatchStream result = runs(rows(1, FakeStatement.OTHER_TYPES))) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> rest(result))
            .isInstanceOfSatisfying(
                MallardException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
            .hasMessageContaining("row 2")
            .hasMessageContaining("'number' of type Utf8")
            .hasMessageContaining("cast the parameter");
      }
    }
    assertThat(statement.open).isZero();
  }

  @Test
  void whoeverStopsReadingLeavesNothing() throws IOException {
    try (BatchStream result = runs(rows(3, 1))) {
      IpcMessage first = result.next();
      assertThat(first).isNotNull();
      first.close();
    }
    assertThat(log).containsExactly("bind 3", "run 3", "unbind");
  }

  @Test
  void theSchemaIsThatWithTheFirstRow() throws IOException {
    StoredBatches stored = parameters(rows(), rows(4, 5));
    assertThat(ParameterRuns.schema(statement, stored, memory.get()))
        .isEqualTo(FakeStatement.SCHEMA);
    assertThat(log).containsExactly("bind 4", "unbind");
  }

  @Test
  void updatesAddUpAndUnknownNumbersDoNotCount() throws IOException {
    StoredBatches stored = parameters(rows(4, -1), rows(), rows(5));
    assertThat(ParameterRuns.update(statement, stored, memory.get(), new Cancellation()))
        .isEqualTo(9);
    assertThat(log).contains("update 4", "update -1", "update 5");
  }

  @Test
  void anUpdateThatFailsOrIsCancelledStopsThere() throws IOException {
    StoredBatches stored = parameters(rows(4, FakeStatement.FAILS_TO_RUN), rows(5));
    assertThatThrownBy(
            () -> ParameterRuns.update(statement, stored, memory.get(), new Cancellation()))
        .hasMessage("a test's failure");
    assertThat(log).doesNotContain("bind 5");
    log.clear();
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    assertThatThrownBy(() -> ParameterRuns.update(statement, stored, memory.get(), cancelled))
        .hasMessageContaining("cancelled");
    assertThat(log).isEmpty();
  }
}
