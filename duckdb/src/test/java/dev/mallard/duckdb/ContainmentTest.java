package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import dev.mallard.query.SessionOptions;
import dev.mallard.query.SqlConnection;
import dev.mallard.query.SqlStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails in a statement, at whatever moment: the next ones do not notice. */
class ContainmentTest {
  private static final String MANY = "SELECT range AS a, 'n' || range AS b FROM range(200000)";

  @TempDir private Path folder;
  private final FailingAllocations allocations = new FailingAllocations();
  private EngineFixture fixture;

  /** Fails once, at an allocation that is so far away. */
  private static final class FailingAllocations implements AllocationListener {
    private static final int NEVER = Integer.MAX_VALUE;

    private volatile int left = NEVER;
    private volatile boolean failed;

    void failAfter(int allocations) {
      failed = false;
      left = allocations;
    }

    boolean disarm() {
      left = NEVER;
      return failed;
    }

    /** Arrow's library loses what it imports if that fails, and there nothing is allocated. */
    private static boolean isImport() {
      return StackWalker.getInstance()
          .walk(frames -> frames.anyMatch(f -> f.getMethodName().equals("wrapForeignAllocation")));
    }

    @Override
    public void onPreAllocation(long size) {
      if (left == NEVER || isImport()) {
        return;
      }
      if (left-- == 0) {
        left = NEVER;
        failed = true;
        throw new IllegalStateException("a test's allocation fails");
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    fixture = new EngineFixture(folder, new RootAllocator(allocations, Long.MAX_VALUE));
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private void othersAreServed(String after) {
    for (int i = 0; i < 12; i++) {
      assertThat(fixture.rows("SELECT " + i)).as(after).containsExactly("" + i);
    }
  }

  private SqlConnection connect() {
    return fixture.engine.connect(SessionOptions.NONE);
  }

  private static SqlStatement prepare(SqlConnection connection, String sql) {
    return connection.prepare(sql, Caller.ANONYMOUS);
  }

  @Test
  void anAllocationThatFailsAnywhere() {
    List<String> statements =
        List.of(
            "SELECT 1",
            MANY,
            "SELECT {'a': [range, NULL], 'b': MAP {range: 'x'}} AS s FROM range(5000)",
            "SELECT 'a'::ENUM('a', 'b') AS e",
            "EXPLAIN SELECT 1",
            "DESCRIBE SELECT 1 AS a");
    for (String sql : statements) {
      boolean reached = true;
      for (int n = 0; reached && n < 60; n++) {
        allocations.failAfter(n);
        fixture.failure(sql);
        reached = allocations.disarm();
        assertThat(fixture.allocator.getAllocatedMemory()).as(sql + ", allocation " + n).isZero();
        othersAreServed(sql + ", allocation " + n);
      }
    }
  }

  @Test
  void aValueThatFailsAnywhereInAResult() {
    for (int row : new int[] {0, 1, 2047, 2048, 70_000, 199_999}) {
      String sql =
          "SELECT CAST(CASE WHEN range = %d THEN 'x' ELSE '1' END AS INTEGER) FROM range(200000)"
              .formatted(row);
      assertThat(fixture.failure(sql))
          .hasValueSatisfying(
              e -> assertThat(((MallardException) e).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
      othersAreServed(sql);
    }
  }

  @Test
  void namesAndTypesThatNobodyUses() {
    String longName = "x".repeat(70_000);
    List<String> absurd = new ArrayList<>();
    absurd.add("SELECT 1 AS \"" + longName + "\"");
    absurd.add("SELECT {'" + longName + "': 1} AS s");
    absurd.add("SELECT '" + longName + "'::ENUM('" + longName + "') AS e");
    absurd.add("SELECT map([{'" + longName + "': [1]}], [union_value(\"" + longName + "\" := 1)])");
    absurd.add("WITH \"" + longName + "\" AS (SELECT 1) SELECT * FROM \"" + longName + "\"");
    absurd.add("SELECT 1 AS \"\", 2 AS \"\u0001\", 3 AS \"\uD83D\uDE00\"");
    absurd.add("SELECT " + "[".repeat(200) + "1" + "]".repeat(200));
    absurd.add("SELECT 1 AS a" + ", 1 AS a".repeat(2_000));
    for (String sql : absurd) {
      fixture.failure(sql);
      othersAreServed(sql.substring(0, Math.min(60, sql.length())));
    }
  }

  @Test
  void anInterruptAtAnyMoment() throws Exception {
    try (SqlConnection connection = connect()) {
      connection.interrupt();
    }
    othersAreServed("before it is prepared");
    try (SqlConnection connection = connect();
        SqlStatement statement = prepare(connection, MANY)) {
      connection.interrupt();
      assertThatThrownBy(statement::run).hasMessageContaining("cancelled");
      assertThat(statement.isCurrent()).isFalse();
    }
    othersAreServed("between prepare and run");
    for (int batches = 0; batches < 3; batches++) {
      try (SqlConnection connection = connect();
          SqlStatement statement = prepare(connection, MANY);
          BatchStream rows = statement.run()) {
        for (int i = 0; i < batches; i++) {
          read(rows);
        }
        connection.interrupt();
        assertThat(statement.isCurrent()).isFalse();
      }
      othersAreServed("after " + batches + " batches");
    }
  }

  private static void read(BatchStream rows) throws IOException {
    IpcMessage message = rows.next();
    assertThat(message).isNotNull();
    message.close();
  }

  @Test
  void aConnectionThatIsClosedWhileItsResultIsRead() throws Exception {
    SqlConnection connection = connect();
    SqlStatement statement = prepare(connection, MANY);
    BatchStream rows = statement.run();
    read(rows);
    connection.close();
    assertThatThrownBy(rows::next).hasMessageContaining("closed");
    rows.close();
    statement.close();
    connection.close();
    othersAreServed("a connection was closed");
  }

  @Test
  void aResultThatAnotherThreadCloses() throws Exception {
    try (SqlConnection connection = connect();
        SqlStatement statement = prepare(connection, "SELECT * FROM range(1000000000000)")) {
      CountDownLatch reading = new CountDownLatch(3);
      BatchStream rows = statement.run();
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () ->
                  assertThatThrownBy(
                          () -> {
                            while (true) {
                              read(rows);
                              reading.countDown();
                            }
                          })
                      .isInstanceOf(MallardException.class));
      assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
      rows.close();
      reader.get(30, TimeUnit.SECONDS);
    }
    othersAreServed("a result was closed");
  }

  @Test
  void aTransactionThatFails() {
    for (String sql : List.of("SELECT nope", "SELECT error('x')", "INSERT INTO nope VALUES (1)")) {
      try (SqlConnection connection = connect()) {
        connection.begin();
        assertThatThrownBy(
                () -> {
                  try (SqlStatement statement = prepare(connection, sql);
                      BatchStream rows = statement.run()) {
                    rows.next();
                  }
                })
            .isInstanceOf(MallardException.class);
      }
      othersAreServed(sql);
    }
  }

  @Test
  void whatWorksIsUsedAgain() throws IOException {
    othersAreServed("nothing");
    int pooled = fixture.engine.pooled();
    try (SqlConnection connection = connect();
        SqlStatement statement = prepare(connection, "SELECT 1");
        BatchStream rows = statement.run()) {
      read(rows);
    }
    assertThat(fixture.engine.pooled()).isEqualTo(Math.max(1, pooled));
    fixture.service.open(EngineFixture.request("SELECT 1"), new Cancellation()).close();
  }
}
