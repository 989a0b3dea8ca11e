package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.testing.LeakCheckedAllocator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tables are asked for again exactly when there may be others. */
class WatchedEngineTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private final FakeEngine engine = new FakeEngine();
  private final WatchedEngine watched = new WatchedEngine(engine);

  private static List<TableInfo> table(String type) {
    return List.of(
        new TableInfo(SqlMetadata.TABLES, "main", type, type, () -> new Schema(List.of())));
  }

  private void prepares(boolean isQuery) {
    FakeStatement statement = new FakeStatement(engine.log, memory.get());
    statement.isQuery = isQuery;
    engine.prepared = statement;
  }

  private boolean asksAgain() {
    int before = engine.metadata.asked;
    assertThat(watched.ownTables()).isEqualTo(engine.metadata.tables);
    return engine.metadata.asked > before;
  }

  @Test
  void tablesAreAskedForOnceWhileNothingChanges() {
    engine.metadata.tables = table("TABLE");
    assertThat(asksAgain()).isTrue();
    assertThat(asksAgain()).isFalse();
    prepares(true);
    try (SqlConnection connection = watched.connect(SessionOptions.NONE)) {
      connection.prepare("SELECT 1", Caller.ANONYMOUS);
      assertThat(asksAgain()).isFalse();
    }
    assertThat(asksAgain()).isFalse();
  }

  @Test
  void theyAreAskedForWhileSomethingMayChangeAndOnceMoreAfterwards() {
    assertThat(asksAgain()).isTrue();
    prepares(false);
    try (SqlConnection connection = watched.connect(SessionOptions.NONE)) {
      assertThat(asksAgain()).isFalse();
      connection.prepare("CREATE TABLE t (n INTEGER)", Caller.ANONYMOUS);
      assertThat(asksAgain()).isTrue();
      engine.metadata.tables = table("TABLE");
      assertThat(asksAgain()).isTrue();
      connection.commit();
      assertThat(asksAgain()).isTrue();
    }
    assertThat(asksAgain()).isTrue();
    assertThat(asksAgain()).isFalse();
  }

  @Test
  void viewsAreAskedForEachTimeBecauseTheirColumnsAreOthers() {
    engine.metadata.tables = table("VIEW");
    assertThat(asksAgain()).isTrue();
    assertThat(asksAgain()).isTrue();
  }
}
