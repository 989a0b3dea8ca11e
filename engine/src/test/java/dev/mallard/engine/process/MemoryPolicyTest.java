package dev.mallard.engine.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.engine.process.MemoryPolicy.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryPolicyTest {
  private static final long MIB = 1L << 20;
  private static final long MILLI = 1_000_000;

  private final EngineBudget budget = EngineBudget.of(1024 * MIB);
  private final MemoryPolicy policy = new MemoryPolicy(budget);

  @Test
  void whatItMayUseIsFine() {
    assertThat(policy.look(1024 * MIB, 0).verdict()).isEqualTo(Verdict.FINE);
    assertThat(policy.look(1024 * MIB, 50 * MILLI).next()).isEqualTo(Duration.ofMillis(50));
  }

  @Test
  void aBitMoreIsToldAndMuchMoreEndsIt() {
    assertThat(policy.look(1025 * MIB, 0).verdict()).isEqualTo(Verdict.SHORT);
    assertThat(policy.look(1153 * MIB, MILLI).verdict()).isEqualTo(Verdict.OVER);
  }

  @Test
  void whatGrowsFastIsLookedAtOften() {
    policy.look(100 * MIB, 0);

    // 2 GB a second, 850 MB to go: looks become more frequent, and four at least are left.
    Duration far = policy.look(300 * MIB, 100 * MILLI).next();
    Duration near = policy.look(1000 * MIB, 450 * MILLI).next();

    assertThat(far).isEqualTo(Duration.ofMillis(50));
    assertThat(near).isBetween(Duration.ofMillis(10), Duration.ofMillis(25));
    assertThat(policy.look(1150 * MIB, 500 * MILLI).next()).isEqualTo(Duration.ofMillis(2));
  }

  @Test
  void noSpeedSkipsMoreThanTheMargin() {
    // The fastest that a machine has been seen to write to new memory, in bytes a nanosecond.
    double speed = 2.5;
    long bytes = 0;
    long nanos = 0;
    MemoryPolicy.Look look = policy.look(bytes, nanos);
    while (look.verdict() != Verdict.OVER) {
      nanos += look.next().toNanos();
      bytes += (long) (look.next().toNanos() * speed);
      look = policy.look(bytes, nanos);
    }
    assertThat(bytes).isLessThan(budget.total() * 12 / 10);
  }

  @Test
  void theSharesAreWithinTheWhole() {
    for (long wanted : new long[] {64, 128, 256, 320, 512, 1024, 65536}) {
      EngineBudget shares = EngineBudget.of(wanted * MIB);
      assertThat(shares.databaseBytes()).isBetween(wanted * MIB / 2, wanted * MIB);
      assertThat(shares.total()).isGreaterThanOrEqualTo(shares.databaseBytes() + 160 * MIB);
      assertThat(shares.mostBytes()).isLessThan(shares.total() * 12 / 10);
      assertThat(shares.total() == wanted * MIB).isEqualTo(wanted >= 320);
    }
  }

  @Test
  void theKernelsNumbersAreRead() {
    assertThat(ResidentMemory.parse("VmRSS:\t  100 kB\nRssAnon:\t    35924 kB\nRssFile:\t 3 kB\n"))
        .hasValue(35924L << 10);
    assertThat(ResidentMemory.parse("Name:\tjava\nState:\tZ (zombie)\n")).isEmpty();
  }

  @Test
  void silenceIsNotOneLongWait() {
    Silence silence = new Silence();
    // The server itself stood still for an hour.
    assertThat(silence.unanswered(Duration.ofHours(1))).isFalse();
    silence.answered();
    for (int i = 0; i < 14; i++) {
      assertThat(silence.unanswered(Duration.ofSeconds(1))).isFalse();
    }
    assertThat(silence.unanswered(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void startsThatFailAreTriedLessAndLessOften() {
    Backoff backoff = new Backoff();
    assertThat(backoff.before()).isZero();
    backoff.failed();
    assertThat(backoff.before()).isZero();
    Duration last = Duration.ZERO;
    for (int i = 0; i < 20; i++) {
      backoff.failed();
      assertThat(backoff.before())
          .isGreaterThanOrEqualTo(last)
          .isLessThanOrEqualTo(Duration.ofSeconds(10));
      last = backoff.before();
    }
    assertThat(last).isEqualTo(Duration.ofSeconds(10));
    backoff.worked();
    assertThat(backoff.before()).isZero();
  }
}
