package dev.mallard.flight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
          new SessionLimits(Duration.ofHours(1), 3),
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
    return sessions.set(null, Map.of()).id();
  }

  @Test
  void theFirstSetBeginsASession() {
    Sessions.Outcome outcome = sessions.set(null, Map.of("catalog", text("a")));

    assertThat(outcome.isNew()).isTrue();
    assertThat(outcome.id()).matches("[0-9a-f]{32}");
    assertThat(outcome.errors()).isEmpty();
    assertThat(sessions.options(outcome.id()).catalog()).isEqualTo("a");
    assertThat(sessions.set(outcome.id(), Map.of("schema", text("s"))).isNew()).isFalse();
    assertThat(sessions.options(outcome.id()).schema()).isEqualTo("s");
  }

  @Test
  void eachOptionFailsByItself() {
    Sessions.Outcome outcome =
        sessions.set(
            null,
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
    assertThat(sessions.options(outcome.id()).settings()).isEqualTo(Map.of("timezone", "UTC"));
  }

  @Test
  void anotherCatalogHasItsOwnSchemas() {
    String id = begin();
    sessions.set(id, Map.of("schema", text("s"), "catalog", text("a")));
    assertThat(sessions.options(id).schema()).isEqualTo("s");

    assertThat(sessions.set(id, Map.of("catalog", text("b"))).errors()).isEmpty();
    assertThat(sessions.options(id).schema()).isNull();
    assertThat(sessions.set(id, Map.of("schema", text("s"))).errors())
        .isEqualTo(Map.of("schema", ErrorValue.INVALID_VALUE));
  }

  @Test
  void anOptionWithoutAValueIsUnset() {
    String id = begin();
    sessions.set(id, Map.of("catalog", text("a"), "timezone", text("UTC")));
    SessionOptionValue none = SessionOptionValue.getDefaultInstance();

    assertThat(sessions.set(id, Map.of("catalog", none, "timezone", none)).errors()).isEmpty();

    assertThat(sessions.options(id).catalog()).isNull();
    assertThat(sessions.options(id).settings()).isEmpty();
  }

  @Test
  void aRefusedValueLeavesTheOldOne() {
    String id = begin();
    sessions.set(id, Map.of("timezone", text("UTC")));

    assertThat(sessions.set(id, Map.of("timezone", text("nowhere"))).errors())
        .isEqualTo(Map.of("timezone", ErrorValue.INVALID_VALUE));
    assertThat(sessions.options(id).settings()).isEqualTo(Map.of("timezone", "UTC"));
  }

  @Test
  void whoHasNoSessionSeesTheDefaults() {
    assertThat(sessions.options(null)).isEqualTo(SessionOptions.NONE);
    assertThat(sessions.options("unknown")).isEqualTo(SessionOptions.NONE);
    assertThat(sessions.shown(null))
        .isEqualTo(Map.of("catalog", text("mallard"), "schema", text("main")));
  }

  @Test
  void anUnknownIdGetsANewSession() {
    Sessions.Outcome outcome = sessions.set("made-up", Map.of());

    assertThat(outcome.isNew()).isTrue();
    assertThat(outcome.id()).isNotEqualTo("made-up");
  }

  @Test
  void aSessionThatNobodyUsesEnds() {
    String used = begin();
    String idle = begin();
    clock.now = clock.now.plus(Duration.ofMinutes(50));
    sessions.options(used);
    clock.now = clock.now.plus(Duration.ofMinutes(50));

    sessions.expire();

    assertThat(ended).containsExactly(idle);
    assertThat(sessions.count()).isEqualTo(1);
  }

  @Test
  void anEndedSessionIsGone() {
    String id = begin();

    assertThat(sessions.close(id)).isTrue();
    assertThat(sessions.close(id)).isFalse();
    assertThat(ended).containsExactly(id);
    assertThat(sessions.options(id)).isEqualTo(SessionOptions.NONE);
  }

  @Test
  void thereIsALimit() {
    begin();
    begin();
    String third = begin();
    assertThatThrownBy(this::begin)
        .isInstanceOf(MallardException.class)
        .hasMessageContaining("3 sessions");
    sessions.close(third);
    begin();
  }
}
