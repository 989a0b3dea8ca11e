package dev.mallard.signin.openid;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import dev.mallard.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When keys are read, and which are good meanwhile. */
class KeyRingTest {
  private static final JWK FIRST = Issuer.ec("first");
  private static final JWK SECOND = Issuer.ec("second");

  private final SettableClock clock = new SettableClock();
  private final ScriptedKeys source = new ScriptedKeys();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private int changes;
  private final KeyRing ring = new KeyRing(source, clock, Runnable::run, () -> changes++);

  private void seconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      clock.advance(Duration.ofSeconds(1));
      ring.tick();
    }
  }

  @Test
  void keysAreReadOnceAMinute() {
    source.publish(FIRST);
    seconds(1);
    assertThat(source.reads()).isEqualTo(1);
    seconds(600);
    assertThat(source.reads()).isEqualTo(11);
    assertThat(changes).isEqualTo(1);
    assertThat(ring.revision()).isEqualTo(1);
  }

  @Test
  void rotatedKeysReplaceTheOld() throws Exception {
    source.publish(FIRST);
    seconds(1);
    String first = FIRST.computeThumbprint().toString();
    assertThat(ring.keys().has(first)).isTrue();
    source.publish(SECOND);
    seconds(60);
    assertThat(ring.keys().has(first)).isFalse();
    assertThat(ring.keys().has(SECOND.computeThumbprint().toString())).isTrue();
    assertThat(ring.revision()).isEqualTo(2);
  }

  @Test
  void aKeyIdThatIsGivenToAnotherKeyIsAnotherKey() throws Exception {
    source.publish(FIRST);
    seconds(1);
    source.publish(Issuer.ec("first"));
    seconds(60);
    assertThat(ring.keys().has(FIRST.computeThumbprint().toString())).isFalse();
    assertThat(ring.revision()).isEqualTo(2);
  }

  @Test
  void unknownKeysAreAskedForAtMostEveryTenSeconds() {
    source.publish(FIRST);
    seconds(1);
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 1_000; i++) {
        ring.readForUnknown();
      }
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(source.reads()).isEqualTo(1 + 6);
  }

  @Test
  void allWhoWaitShareOneRead() {
    KeyRing waiting = new KeyRing(source, clock, later::add, () -> {});
    source.publish(FIRST);
    CompletableFuture<KeySet> one = waiting.readForUnknown();
    CompletableFuture<KeySet> other = waiting.readForUnknown();
    waiting.tick();
    assertThat(later).hasSize(1);
    assertThat(one).isNotDone();
    later.remove().run();
    assertThat(one.join().size()).isEqualTo(1);
    assertThat(other.join()).isSameAs(one.join());
    assertThat(source.reads()).isEqualTo(1);
  }

  @Test
  void aProviderThatIsAwayForADayLocksNobodyOut() {
    source.publish(FIRST);
    seconds(1);
    source.goAway(true);
    seconds(60);
    clock.advance(Duration.ofHours(23));
    ring.tick();
    assertThat(ring.isKnown()).isTrue();
    assertThat(ring.keys().size()).isEqualTo(1);
    clock.advance(Duration.ofHours(2));
    ring.tick();
    assertThat(ring.isKnown()).isFalse();
    assertThat(ring.keys().size()).isZero();
    source.goAway(false);
    seconds(10);
    assertThat(ring.isKnown()).isTrue();
    assertThat(ring.keys().size()).isEqualTo(1);
  }

  @Test
  void failedReadsAreTriedAgainSoon() {
    source.goAway(true);
    seconds(31);
    assertThat(source.reads()).isEqualTo(4);
    source.goAway(false);
    source.publish(FIRST);
    seconds(10);
    assertThat(ring.keys().size()).isEqualTo(1);
  }

  @Test
  void aProviderThatTakesBackAllKeysIsBelieved() {
    source.publish(FIRST);
    seconds(1);
    source.publish();
    seconds(60);
    assertThat(ring.isKnown()).isTrue();
    assertThat(ring.keys().size()).isZero();
  }
}
