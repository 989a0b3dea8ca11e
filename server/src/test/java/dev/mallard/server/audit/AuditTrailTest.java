package dev.mallard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.access.Caller;
import dev.mallard.access.Proof;
import dev.mallard.access.Role;
import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import dev.mallard.events.Target;
import dev.mallard.events.Who;
import dev.mallard.server.security.AuditConfig;
import dev.mallard.server.security.AuditConfig.Statements;
import dev.mallard.testing.Await;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AuditTrailTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:01Z"), ZoneOffset.UTC);

  /** Writes while it is let, and fails while it is told to. */
  private static final class FakeSink implements AuditSink {
    private final List<String> written = new CopyOnWriteArrayList<>();
    private final Semaphore permits = new Semaphore(Integer.MAX_VALUE / 2);
    private volatile boolean fails;

    @Override
    public void write(List<String> lines) throws IOException {
      permits.acquireUninterruptibly();
      if (fails) {
        throw new IOException("No space left on device");
      }
      written.addAll(lines);
    }

    @Override
    public void close() {}
  }

  private final FakeSink sink = new FakeSink();
  private final AtomicInteger failures = new AtomicInteger();
  private int calls;

  private AuditTrail trail(Statements statements, boolean isRequired, AuditTrail.Room room) {
    AuditConfig config = new AuditConfig(Optional.of("file"), statements, isRequired);
    return new AuditTrail(sink, config, room, failures::incrementAndGet, CLOCK).start();
  }

  private static Outcome outcome(Who who, String sql) {
    Target target = new Target("", "", sql);
    return new Outcome("OK", who, target, 3, 40, Duration.ofMillis(1_000));
  }

  private void tell(AuditTrail trail, Who who) {
    var call =
        new ServerEvents.Call(
            "c" + ++calls, "arrow.flight.protocol.FlightService/DoGet", "/127.0.0.1:7");
    trail.callBegan(call);
    trail.callEnded(call, outcome(who, "SELECT 'x'"));
  }

  private static Who ann() {
    return new Who.Admitted(new Caller("ann", Role.FULL, new Proof.ApiToken("t1")));
  }

  @Test
  void aLineTellsWhoWhatAndWhatCameOfIt() {
    try (AuditTrail trail = trail(Statements.TEXT, false, AuditTrail.Room.USUAL)) {
      tell(trail, ann());
    }
    assertThat(sink.written)
        .containsExactly(
            "{\"time\":\"2026-03-01T12:00:00.000Z\",\"id\":\"c1\",\"caller\":\"ann\",\"role\":\"full\","
                + "\"proof\":\"token\",\"address\":\"127.0.0.1:7\",\"method\":\"DoGet\","
                + "\"statement\":\"SELECT 'x'\",\"outcome\":\"OK\",\"rows\":3,\"bytes\":40,\"ms\":1000.0}");
  }

  @Test
  void statementsMayBeWrittenWithoutLiteralsOrNotAtAll() {
    try (AuditTrail trail = trail(Statements.FINGERPRINT, false, AuditTrail.Room.USUAL)) {
      tell(trail, ann());
    }
    try (AuditTrail trail = trail(Statements.NONE, false, AuditTrail.Room.USUAL)) {
      tell(trail, ann());
    }
    assertThat(sink.written.get(0)).contains("\"statement\":\"SELECT ?\"");
    assertThat(sink.written.get(1)).doesNotContain("statement", "SELECT");
  }

  @Test
  void aTextOfAnyLengthTakesLittle() {
    try (AuditTrail trail = trail(Statements.TEXT, false, AuditTrail.Room.USUAL)) {
      var call = new ServerEvents.Call("c", "a.B/C", "");
      trail.callBegan(call);
      trail.callEnded(call, outcome(ann(), "x".repeat(1_000_000)));
    }
    assertThat(sink.written.get(0)).hasSizeLessThan(17_000).contains("… (1000000 characters)");
  }

  @Test
  void healthChecksAreLeftOut() {
    try (AuditTrail trail = trail(Statements.TEXT, false, AuditTrail.Room.USUAL)) {
      var call = new ServerEvents.Call("c", "grpc.health.v1.Health/Check", "");
      trail.callBegan(call);
      trail.callEnded(call, outcome(new Who.Unknown(), ""));
    }
    assertThat(sink.written).isEmpty();
  }

  @Test
  void whatIsLostIsCountedAndTheNextLineSaysHowMuch() {
    try (AuditTrail trail = trail(Statements.NONE, false, AuditTrail.Room.USUAL)) {
      sink.fails = true;
      tell(trail, ann());
      tell(trail, ann());
      Await.until("they are lost", () -> trail.unwritten() == 0);
      sink.fails = false;
      tell(trail, ann());
      assertThat(trail.refusal()).isEmpty();
    }
    assertThat(sink.written)
        .first()
        .isEqualTo("{\"time\":\"2026-03-01T12:00:01.000Z\",\"lost\":2}");
    assertThat(sink.written.get(1)).contains("\"c3\"");
    assertThat(failures).hasValue(0);
  }

  @Test
  void whereItIsNotRequiredLinesAreLostRatherThanTheMemory() {
    sink.permits.drainPermits();
    AuditTrail trail = trail(Statements.NONE, false, new AuditTrail.Room(10, 1_000_000));
    for (int i = 0; i < 100; i++) {
      tell(trail, ann());
    }
    assertThat(trail.unwritten()).isLessThanOrEqualTo(11);
    assertThat(trail.refusal()).isEmpty();
    sink.permits.release(1_000);
    Await.until("it has caught up", () -> trail.unwritten() == 0);
    tell(trail, ann());
    trail.close();
    assertThat(sink.written).anyMatch(line -> line.contains("\"lost\":"));
  }

  @Test
  void whereItIsRequiredNewCallsAreRefusedUntilItKeepsUp() {
    sink.permits.drainPermits();
    AuditTrail trail = trail(Statements.NONE, true, new AuditTrail.Room(10, 1_000_000));
    for (int i = 0; i < 11; i++) {
      tell(trail, ann());
    }
    assertThat(trail.refusal().orElseThrow()).hasMessageContaining("does not keep up");
    for (int i = 0; i < 50; i++) {
      tell(trail, new Who.Unknown()); // Turned away, as was said.
    }
    tell(trail, ann()); // Had begun before.
    assertThat(trail.unwritten()).isEqualTo(12);
    sink.permits.release(1_000);
    Await.until("it keeps up", () -> trail.refusal().isEmpty());
    trail.close();
    assertThat(sink.written.stream().filter(line -> line.contains("\"caller\""))).hasSize(12);
    // In one line, or in two if the writer was about to write when the last came.
    assertThat(sink.written.stream().mapToLong(AuditTrailTest::lost).sum()).isEqualTo(50);
    assertThat(failures).hasValue(0);
  }

  private static long lost(String line) {
    Matcher lost = Pattern.compile("\"lost\":(\\d+)").matcher(line);
    return lost.find() ? Long.parseLong(lost.group(1)) : 0;
  }

  @Test
  void whereItIsRequiredItsFailureIsTheServersOnce() {
    sink.fails = true;
    try (AuditTrail trail = trail(Statements.NONE, true, AuditTrail.Room.USUAL)) {
      tell(trail, ann());
      Await.until("new calls are refused", () -> trail.refusal().isPresent());
      tell(trail, ann());
      Await.until("that is lost, too", () -> trail.unwritten() == 0);
      assertThat(trail.refusal().orElseThrow()).hasMessageContaining("--audit-required");
      assertThat(failures).hasValue(1);
    }
  }
}
