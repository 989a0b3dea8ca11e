package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RandomLaneTest {
  private static final int COUNT = 200_000;

  private final RandomLane lane = new RandomLane(1, "a");

  @Test
  void theSamePlaceAlwaysHasTheSameBits() {
    assertThat(new RandomLane(1, "a").bits(5)).isEqualTo(lane.bits(5));
    assertThat(new RandomLane(1, "b").bits(5)).isNotEqualTo(lane.bits(5));
    assertThat(new RandomLane(2, "a").bits(5)).isNotEqualTo(lane.bits(5));
    assertThat(lane.bits(6)).isNotEqualTo(lane.bits(5));
  }

  @Test
  void valuesBelowABoundAreEquallyFrequent() {
    long[] seen = new long[7];
    for (long i = 0; i < COUNT; i++) {
      seen[lane.below(i, 7)]++;
    }
    for (long times : seen) {
      assertThat(times / (double) COUNT).isCloseTo(1 / 7.0, within(0.005));
    }
  }

  @Test
  void rangesHaveBothTheirEnds() {
    assertThat(LongStream.range(0, 1_000).map(i -> lane.between(i, -1, 1)).distinct().sorted())
        .containsExactly(-1L, 0L, 1L);
  }

  @Test
  void normalValuesHaveTheirMeanAndDeviation() {
    LongToDoubleFunction normal = i -> lane.normal(i, 100, 15);
    double mean = LongStream.range(0, COUNT).mapToDouble(normal).average().orElseThrow();
    double variance =
        LongStream.range(0, COUNT)
            .mapToDouble(i -> Math.pow(normal.applyAsDouble(i) - 100, 2))
            .average()
            .orElseThrow();

    assertThat(mean).isCloseTo(100, within(0.2));
    assertThat(Math.sqrt(variance)).isCloseTo(15, within(0.2));
  }

  @Test
  void exponentialValuesHaveTheirMeanAndMedian() {
    double mean =
        LongStream.range(0, COUNT)
            .mapToDouble(i -> lane.exponential(i, 50))
            .average()
            .orElseThrow();
    long small = LongStream.range(0, COUNT).filter(i -> lane.exponential(i, 50) < 34.657).count();

    assertThat(mean).isCloseTo(50, within(0.6));
    assertThat(small / (double) COUNT).isCloseTo(0.5, within(0.01));
  }

  @Test
  void lanesAreIndependent() {
    RandomLane other = new RandomLane(1, "b");
    long agreeing =
        LongStream.range(0, COUNT).filter(i -> lane.below(i, 10) == other.below(i, 10)).count();

    assertThat(agreeing / (double) COUNT).isCloseTo(0.1, within(0.005));
  }
}
