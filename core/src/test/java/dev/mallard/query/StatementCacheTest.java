package dev.mallard.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.testing.LeakCheckedAllocator;
import dev.mallard.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is put in is given out once or closed once, statement and connection. */
class StatementCacheTest {
  @RegisterExtension final LeakCheckedAllocator memory = new LeakCheckedAllocator();

  private final FakeEngine engine = new FakeEngine();
  private final SettableClock clock = new SettableClock();
  private final StatementCache cache = new StatementCache(clock);
  private final List<StatementCache.Ready> made = new ArrayList<>();

  private static SqlRequest request(String sql) {
    return new SqlRequest(sql, null, SessionOptions.NONE);
  }

  private FakeStatement put(String sql) {
    FakeStatement statement = new FakeStatement(engine.log, memory.get());
    StatementCache.Ready ready =
        new StatementCache.Ready(request(sql), engine.connect(SessionOptions.NONE), statement);
    made.add(ready);
    cache.put(ready);
    return statement;
  }

  private StatementCache.Ready take(String sql) {
    return cache.takeCurrent(request(sql)).orElseThrow();
  }

  private long closed() {
    assertThat(engine.log.stream().filter("close statement"::equals).count())
        .isEqualTo(engine.log.stream().filter("close"::equals).count());
    return engine.log.stream().filter("close"::equals).count();
  }

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertThat(closed()).isEqualTo(made.size());
  }

  @Test
  void oneIsTakenOnceAndTheLatestFirst() {
    FakeStatement first = put("a");
    FakeStatement second = put("a");
    put("b");
    try (StatementCache.Ready one = take("a");
        StatementCache.Ready other = take("a")) {
      assertThat(one.statement()).isSameAs(second);
      assertThat(other.statement()).isSameAs(first);
      assertThat(cache.takeCurrent(request("a"))).isEmpty();
      assertThat(closed()).isZero();
    }
    assertThat(cache.takeCurrent(new SqlRequest("b", "transaction", SessionOptions.NONE)))
        .isEmpty();
  }

  @Test
  void oneIsGoodForAllClientsOfItsCallerAndForNobodyElse() {
    put("a");
    SessionOptions none = SessionOptions.NONE;
    Caller reader = new Caller(Caller.NOBODY, Role.READ_ONLY, Caller.ANONYMOUS.proof());
    Caller namesake = new Caller(Caller.NOBODY, Role.FULL, new Proof.Unchecked());
    List<SessionOptions> others =
        List.of(
            none.in(null, "elsewhere"),
            none.in("datasets", null),
            none.with(Map.of("TimeZone", "Asia/Tokyo")),
            none.withPlainTypes(),
            none.from(reader, null),
            none.from(namesake, null));
    for (SessionOptions other : others) {
      assertThat(cache.takeCurrent(new SqlRequest("a", null, other))).isEmpty();
    }
    SessionOptions again =
        new SessionOptions("session", null, null, Map.of()).from(Caller.ANONYMOUS, "client");
    cache.takeCurrent(new SqlRequest("a", null, again)).orElseThrow().close();
  }

  @Test
  void whatIsNoLongerCurrentIsClosedInsteadOfGiven() {
    FakeStatement current = put("a");
    put("a").current = false;
    put("a").current = false;
    try (StatementCache.Ready taken = take("a")) {
      assertThat(taken.statement()).isSameAs(current);
      assertThat(closed()).isEqualTo(2);
    }
    put("a").current = false;
    assertThat(cache.takeCurrent(request("a"))).isEmpty();
  }

  @Test
  void whatCannotRunAnyMoreIsNeitherGivenNorKept() {
    put("a");
    put("b");
    StatementCache.Ready running = take("b");
    engine.dead = true;
    assertThat(cache.takeCurrent(request("a"))).isEmpty();
    assertThat(closed()).isEqualTo(1);
    cache.put(running);
    assertThat(closed()).isEqualTo(2);
    engine.dead = false;
    put("c");
    engine.dead = true;
    cache.forgetOld();
    assertThat(closed()).isEqualTo(3);
  }

  @Test
  void thoseUsedLongestAgoGiveWay() {
    put("reused");
    for (int i = 0; i < 63; i++) {
      put("other" + i);
    }
    cache.put(made.set(0, take("reused")));
    put("new1");
    put("new2");
    assertThat(closed()).isEqualTo(2);
    assertThat(cache.takeCurrent(request("other0"))).isEmpty();
    assertThat(cache.takeCurrent(request("other1"))).isEmpty();
    cache.put(take("reused"));
    cache.put(take("other2"));
  }

  @Test
  void whatNobodyTakesForAWhileIsClosed() {
    put("old");
    clock.advance(Duration.ofSeconds(6));
    put("new");
    cache.forgetOld();
    assertThat(closed()).isZero();
    clock.advance(Duration.ofSeconds(6));
    cache.forgetOld();
    assertThat(closed()).isEqualTo(1);
    assertThat(cache.takeCurrent(request("old"))).isEmpty();
    cache.put(take("new"));
    cache.clear();
    assertThat(closed()).isEqualTo(2);
    put("after");
    cache.put(take("after"));
  }

  @Test
  void whatComesAfterTheEndIsClosedAtOnce() {
    put("a");
    StatementCache.Ready out = take("a");
    cache.close();
    assertThat(closed()).isZero();
    cache.put(out);
    put("b");
    assertThat(closed()).isEqualTo(2);
    assertThat(cache.takeCurrent(request("b"))).isEmpty();
  }
}
