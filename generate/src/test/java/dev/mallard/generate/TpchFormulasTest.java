package dev.mallard.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TpchFormulasTest {
  private final TpchLineCounts counts = new TpchLineCounts(3);

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.0102, 0.012, 0.0123, 0.0228, 0.024, 0.05, 0.1, 1})
  void aPartHasFourDifferentSuppliers(double scaleFactor) {
    TpchScale scale = TpchScale.of(scaleFactor);
    for (int part = 1; part <= scale.parts(); part++) {
      int wanted = part;
      assertThat(IntStream.range(0, 4).map(i -> scale.supplierOf(wanted, i)).distinct())
          .as("suppliers of part %d", part)
          .hasSize(4)
          .allMatch(supplier -> supplier >= 1 && supplier <= scale.suppliers());
    }
  }

  @Test
  void theLargestScaleFactorHasItsCardinalities() {
    TpchScale scale = TpchScale.of(100);
    assertThat(scale)
        .isEqualTo(new TpchScale(1_000_000, 20_000_000, 15_000_000, 150_000_000, 100_000));
    assertThat(scale.supplierOf(20_000_000, 3)).isBetween(1, 1_000_000);
    assertThat(counts.total(scale.orders())).isBetween(599_999_900L, 600_000_100L);
  }

  @Test
  void orderingCustomersAreThoseNotDivisibleByThree() {
    assertThat(IntStream.range(0, 6).map(TpchScale::orderingCustomer))
        .containsExactly(1, 2, 4, 5, 7, 8);
    for (int customers = 1_500; customers < 1_503; customers++) {
      TpchScale scale = new TpchScale(100, 2_000, customers, 15_000, 10);
      int last = TpchScale.orderingCustomer(scale.orderingCustomers() - 1);
      assertThat(last).isBetween(customers - 1, customers);
    }
  }

  @Test
  void theTotalIsTheSumOfTheCounts() {
    for (long orders = 0; orders < 50; orders++) {
      assertThat(counts.total(orders)).isEqualTo(LongStream.range(0, orders).map(counts::of).sum());
    }
  }

  @Test
  void anyLineIsFoundWithoutCounting() {
    long[] expected =
        LongStream.range(0, 50)
            .flatMap(
                order ->
                    IntStream.range(0, counts.of(order))
                        .mapToLong(line -> TpchLineCounts.key(order, line)))
            .toArray();
    for (int first = 0; first < expected.length; first++) {
      long[] keys = new long[expected.length - first];
      counts.keys(first, keys);
      assertThat(keys).containsExactly(Arrays.copyOfRange(expected, first, expected.length));
    }
  }

  @Test
  void countsComeInManyOrders() {
    assertThat(
            LongStream.range(0, 5_000)
                .mapToObj(
                    block -> IntStream.range(0, 7).mapToObj(i -> counts.of(block * 7 + i)).toList())
                .distinct())
        .hasSizeGreaterThan(2_500);
  }
}
