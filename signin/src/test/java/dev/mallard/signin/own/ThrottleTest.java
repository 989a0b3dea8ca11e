package dev.mallard.signin.own;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final String HERE = "10.0.0.1";
  private static final String THERE = "10.0.0.2";
  private final SettableTime time = new SettableTime();
  private final Throttle throttle = new Throttle(time);
  private final Digest.Keyed digests = new Digest.Keyed();

  private Duration pause(String name, String address) {
    return throttle.pause(digests.of(name, address), address);
  }

  private void fail(String name, String address) {
    throttle.failed(digests.of(name, address), address);
  }

  @Test
  void someSlipsAreFreeThenPausesDoubleUpToAMinute() {
    for (int i = 0; i < 3; i++) {
      assertThat(pause("alice", HERE)).isZero();
      fail("alice", HERE);
    }
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      assertThat(pause("alice", HERE)).isEqualTo(Duration.ofSeconds(seconds));
      time.pass(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(pause("alice", HERE)).isEqualTo(Duration.ofMillis(1));
      time.pass(Duration.ofMillis(1));
      assertThat(pause("alice", HERE)).isZero();
      fail("alice", HERE);
    }
  }

  @Test
  void aRightPasswordAndTimeAreForgiving() {
    for (int i = 0; i < 4; i++) {
      fail("alice", HERE);
      fail("bob", HERE);
    }
    assertThat(pause("alice", HERE)).isPositive();
    throttle.succeeded(digests.of("alice", HERE));
    assertThat(pause("alice", HERE)).isZero();

    time.pass(Duration.ofMinutes(16));
    assertThat(pause("bob", HERE)).isZero();
    fail("bob", HERE);
    assertThat(pause("bob", HERE)).isZero();
    time.pass(Duration.ofMinutes(16));
    assertThat(throttle.remembered()).isZero();
  }

  @Test
  void oneAddressLocksNobodyOutElsewhere() {
    for (int i = 0; i < 100; i++) {
      fail("alice", HERE);
    }
    assertThat(pause("alice", HERE)).isPositive();
    assertThat(pause("bob", HERE)).as("its address has failed too often").isPositive();
    assertThat(pause("alice", THERE)).isZero();
  }

  @Test
  void whenManyFailOnlyThoseWaitWhoseAddressHasFailed() {
    for (int i = 0; i < 100; i++) {
      fail("alice", "10.0.1." + i);
    }
    assertThat(pause("bob", "10.0.1.7")).isPositive();
    assertThat(pause("bob", HERE)).isZero();
    time.pass(Duration.ofSeconds(10));
    assertThat(pause("bob", "10.0.1.7")).isZero();
  }

  /** A thousand a second for half a minute, of one name, or of another one each time. */
  @Test
  void aFloodFromOneAddressIsCheckedAboutOnceASecond() {
    for (boolean isOneName : new boolean[] {true, false}) {
      Throttle fresh = new Throttle(time);
      int checked = 0;
      for (int i = 0; i < 30_000; i++) {
        Digest key = digests.of(isOneName ? "alice" : "name" + i, HERE);
        if (fresh.pause(key, HERE).isZero()) {
          checked++;
          fresh.failed(key, HERE);
        }
        time.pass(Duration.ofMillis(1));
      }
      assertThat(checked).isBetween(5, 45);
    }
  }

  @Test
  void whateverComesItsMemoryIsBounded() {
    for (int i = 0; i < 200_000; i++) {
      fail("name" + i, "10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255));
    }
    assertThat(throttle.remembered()).isLessThanOrEqualTo(70_000);
  }

  @Test
  void anIpv6NetworkIsOneAddress() {
    String one = Addresses.network("2001:db8:1:2:3:4:5:6");
    assertThat(Addresses.network("2001:db8:1:2:ffff::1%eth0")).isEqualTo(one);
    assertThat(Addresses.network("2001:db8:1:3::1")).isNotEqualTo(one);
    assertThat(Addresses.network("10.0.0.1")).isEqualTo("10.0.0.1");
    assertThat(Addresses.network("")).isEmpty();
    assertThat(Addresses.network("no:address")).isEqualTo("no:address");
  }
}
