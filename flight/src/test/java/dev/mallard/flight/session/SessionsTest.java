package dev.mallard.flight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.SessionOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.impl.Flight.SessionOptionValue;
import org.apache.arrow.flight.impl.Flight.SetSessionOptionsResult.ErrorValue;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Caller ALICE = new Caller("alice", Role.FULL, new Proof.Unchecked());
  private static final Caller BOB = new Caller("bob", Role.ADMIN, new Proof.Unchecked());
  private static final SessionOptions NOTHING = SessionOptions.NONE.from(ALICE, null);

  /** Goes when it is told to. */
  private static final class TestClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private final TestClock clock = new TestClock();
  private final List<String> ended = new ArrayList<>();
  private final Sessions sessions =
      new Sessions(
          new OptionRules(() -> Set.of("timezone", "secret"), SessionsTest::check, ended::add),
          new SessionLimits(Duration.ofHours(1), 3, 2),
          clock);

  /** Knows the catalogs a (schemas main and s) and b (schema main). */
  private static void check(SessionOptions options) {
    if (options.catalog() != null && !Set.of("a", "b").contains(options.catalog())) {
      throw MallardException.notFound("no catalog");
    }
    if (options.schema() != null
        && !options.schema().equals("main")
        && !(options.schema().equals("s") && !"b".equals(options.catalog()))) {
      throw MallardException.notFound("no schema");
    }
    if (options.settings().containsKey("secret")) {
      throw new MallardException(ErrorCode.PERMISSION_DENIED, "no");
    }
    if ("nowhere".equals(options.settings().get("timezone"))) {
      throw MallardException.invalid("no such zone");
    }
  }

  private static SessionOptionValue text(String value) {
    return SessionOptionValue.newBuilder().setStringValue(value).build();
  }

  private String begin() {
    return sessions.set(null, ALICE, Map.of()).id();
  }

  @Test
  void theFirstSetBeginsASession() {
    Sessions.Outcome outcome = sessions.set(null, ALICE, Map.of("catalog", text("a")));

    assertThat(outcome.isNew()).isTrue();
    assertThat(outcome.id()).matches("[0-9a-f]{32}");
    assertThat(outcome.errors()).isEmpty();
    assertThat(sessions.options(outcome.id(), ALICE, null).catalog()).isEqualTo("a");
    assertThat(sessions.set(outcome.id(), ALICE, Map.of("schema", text("s"))).isNew()).isFalse();
    assertThat(sessions.options(outcome.id(), ALICE, null).schema()).isEqualTo("s");
  }

  @Test
  void eachOptionFailsByItself() {
    Sessions.Outcome outcome =
        sessions.set(
            null,
            ALICE,
            Map.of(
                "catalog", text("zzz"),
                "schema", SessionOptionValue.newBuilder().setInt64Value(1).build(),
                "timezone", text("UTC"),
                "secret", text("x"),
                "threads", text("9")));

    assertThat(outcome.errors())
        .isEqualTo(
            Map.of(
                "catalog", ErrorValue.INVALID_VALUE,
                "schema", ErrorValue.INVALID_VALUE,
                "secret", ErrorValue.ERROR,
                "threads", ErrorValue.INVALID_NAME));
    assertThat(sessions.options(outcome.id(), ALICE, null).settings())
        .isEqualTo(Map.of("timezone", "UTC"));
  }

  @Test
  void anotherCatalogHasItsOwnSchemas() {
    String id = begin();
    sessions.set(id, ALICE, Map.of("schema", text("s"), "catalog", text("a")));
    assertThat(sessions.options(id, ALICE, null).schema()).isEqualTo("s");

    assertThat(sessions.set(id, ALICE, Map.of("catalog", text("b"))).errors()).isEmpty();
    assertThat(sessions.options(id, ALICE, null).schema()).isNull();
    assertThat(sessions.set(id, ALICE, Map.of("schema", text("s"))).errors())
        .isEqualTo(Map.of("schema", ErrorValue.INVALID_VALUE));
  }

  @Test
  void anOptionWithoutAValueIsUnset() {
    String id = begin();
    sessions.set(id, ALICE, Map.of("catalog", text("a"), "timezone", text("UTC")));
    SessionOptionValue none = SessionOptionValue.getDefaultInstance();

    assertThat(sessions.set(id, ALICE, Map.of("catalog", none, "timezone", none)).errors())
        .isEmpty();

    assertThat(sessions.options(id, ALICE, null).catalog()).isNull();
    assertThat(sessions.options(id, ALICE, null).settings()).isEmpty();
  }

  @Test
  void aRefusedValueLeavesTheOldOne() {
    String id = begin();
    sessions.set(id, ALICE, Map.of("timezone", text("UTC")));

    assertThat(sessions.set(id, ALICE, Map.of("timezone", text("nowhere"))).errors())
        .isEqualTo(Map.of("timezone", ErrorValue.INVALID_VALUE));
    assertThat(sessions.options(id, ALICE, null).settings()).isEqualTo(Map.of("timezone", "UTC"));
  }

  @Test
  void whoHasNoSessionSeesTheDefaults() {
    assertThat(sessions.options(null, ALICE, null)).isEqualTo(NOTHING);
    assertThat(sessions.options("unknown", ALICE, null)).isEqualTo(NOTHING);
    assertThat(sessions.shown(null, ALICE))
        .isEqualTo(Map.of("catalog", text("mallard"), "schema", text("main")));
  }

  @Test
  void anUnknownIdGetsANewSession() {
    Sessions.Outcome outcome = sessions.set("made-up", ALICE, Map.of());

    assertThat(outcome.isNew()).isTrue();
    assertThat(outcome.id()).isNotEqualTo("made-up");
  }

  @Test
  void aSessionThatNobodyUsesEnds() {
    String used = begin();
    String idle = begin();
    clock.now = clock.now.plus(Duration.ofMinutes(50));
    sessions.options(used, ALICE, null);
    clock.now = clock.now.plus(Duration.ofMinutes(50));

    sessions.expire();

    assertThat(ended).containsExactly(idle);
    assertThat(sessions.count()).isEqualTo(1);
  }

  @Test
  void anEndedSessionIsGone() {
    String id = begin();

    assertThat(sessions.close(id, ALICE)).isTrue();
    assertThat(sessions.close(id, ALICE)).isFalse();
    assertThat(ended).containsExactly(id);
    assertThat(sessions.options(id, ALICE, null)).isEqualTo(NOTHING);
  }

  @Test
  void thereIsALimit() {
    begin();
    begin();
    String third = begin();
    assertThatThrownBy(this::begin)
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("3 sessions");
    sessions.close(third, ALICE);
    begin();
  }

  @Test
  void anothersSessionIsAsUnknownAsOneThatNeverWas() {
    String id = begin();
    clock.now = clock.now.plus(Duration.ofMinutes(59));
    assertThat(sessions.options(id, BOB, null)).isEqualTo(SessionOptions.NONE.from(BOB, null));
    assertThat(sessions.close(id, BOB)).isFalse();
    assertThat(sessions.set(id, BOB, Map.of()).id()).isNotEqualTo(id);
    assertThat(sessions.count()).isEqualTo(2);
    assertThat(ended).isEmpty();
    clock.now = clock.now.plus(Duration.ofMinutes(2));
    sessions.expire();
    assertThat(ended).as("nobody has used it").containsExactly(id);
  }

  @Test
  void aRevokedCallersSessionsEnd() {
    String id = begin();
    String others = sessions.set(null, BOB, Map.of()).id();
    sessions.endWhere(ALICE::owns);
    assertThat(ended).containsExactly(id);
    assertThat(sessions.options(others, BOB, null).id()).isEqualTo(others);
  }

  @Test
  void soManyAreOneCallersIfItsNameIsProved() {
    Caller carl = new Caller("carl", Role.FULL, new Proof.Password("1"));
    sessions.set(null, carl, Map.of());
    String second = sessions.set(null, carl, Map.of()).id();
    assertThatThrownBy(() -> sessions.set(null, carl, Map.of()))
        .isInstanceOfSatisfying(
            MallardException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining("'carl' has 2 sessions")
        .hasMessageContaining("--max-sessions-per-caller");
    sessions.set(null, BOB, Map.of());
    sessions.close(second, carl);
    sessions.set(null, carl, Map.of());
    clock.now = clock.now.plus(Duration.ofHours(2));
    sessions.set(null, carl, Map.of());
    assertThat(sessions.count()).isEqualTo(1);
  }
}
