package dev.mallard.flight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikePatternTest {
  @ParameterizedTest
  @CsvSource({
    "orders, orders, true",
    "orders, Orders, false",
    "ord%, orders, true",
    "ord%, ord, true",
    "%ers, orders, true",
    "o%s, orders, true",
    "o%x, orders, false",
    "%, anything, true",
    "_rders, orders, true",
    "_rders, rders, false",
    "a.c, abc, false",
    "a.c, a.c, true",
    "a\\_c, a_c, true",
    "a\\_c, abc, false",
    "a\\%, a%, true",
    "a\\%, abc, false",
    "a\\\\b, a\\b, true",
    "a\\, a\\, true",
    "(x)%, (x)y, true",
    "\\Q%, Qy, true",
  })
  void matchesAsSqlDoes(String pattern, String name, boolean expected) {
    assertThat(LikePattern.of(pattern).matches(name)).isEqualTo(expected);
  }

  @Test
  void noPatternMatchesAll() {
    assertThat(LikePattern.of(null).matches("x")).isTrue();
  }

  @Test
  void theEmptyPatternMatchesTheEmptyName() {
    assertThat(LikePattern.of("").matches("")).isTrue();
    assertThat(LikePattern.of("").matches("x")).isFalse();
  }

  @Test
  void aWildcardCrossesLines() {
    assertThat(LikePattern.of("a%b").matches("a\n\nb")).isTrue();
    assertThat(LikePattern.of("a_b").matches("a\nb")).isTrue();
  }
}
