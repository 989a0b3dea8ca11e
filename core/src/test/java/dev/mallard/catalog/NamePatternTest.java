package dev.mallard.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {

  @ParameterizedTest
  @CsvSource({
    "'', sales, true",
    "sal, sales, true",
    "sales, sal, false",
    "/my_app, my_app/sessions, true",
    "*.parquet, sales.parquet, true",
    "*.parquet, sales.feather, false",
    "my_app/*, my_app/a/b, true",
    "s?les, sales, true",
    "s?les, sales2, false",
    "[st]ales, tales, true",
    "[!st]ales, tales, false",
    "[a-c]x, bx, true",
    "a.c*, abc, false",
    "a(b*, a(bc, true",
    "[, '[x', false",
    "'[]', x, false"
  })
  void selectsByPrefixOrGlob(String pattern, String name, boolean expected) {
    assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(expected);
  }
}
