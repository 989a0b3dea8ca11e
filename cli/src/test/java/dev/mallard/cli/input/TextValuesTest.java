package dev.mallard.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What columns of text become. */
class TextValuesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 -3|INTEGER",
        "9223372036854775807 -9223372036854775808|INTEGER",
        "9223372036854775808|TEXT",
        "12345678901234567890|TEXT",
        "007|TEXT",
        "+1|TEXT",
        "1 2.5|DOUBLE",
        "1e5 .5 1. NaN inf -Infinity|DOUBLE",
        "1234567890123456 2.5|TEXT",
        "1.2.3|TEXT",
        "00.5|TEXT",
        "e5|TEXT",
        "true FALSE|BOOL",
        "true 1|TEXT",
        "2024-02-29 1815-12-10|DATE",
        "2023-02-29|TEXT",
        "2024-01-02T03:04 2024-01-02T03:04:05.123456|TIMESTAMP",
        "2024-01-02T03:04:05.1234567|TEXT",
        "2024-01-02T03:04:05Z 2024-01-02T03:04:05+05:30|ZONED_TIMESTAMP",
        "2024-01-02T03:04:05Z 2024-01-02T03:04:05|TEXT",
        "2024-01-02 2024-01-02T03:04:05|TEXT",
        "hello|TEXT"
      })
  void aColumnIsTheMostParticularKindThatHoldsAllOfIt(String values, ColumnKind kind) {
    ColumnKind.Guess guess = new ColumnKind.Guess();
    for (String value : values.split(" ")) {
      guess.see(value);
    }
    assertThat(guess.best()).isEqualTo(kind);
    assertThat(new ColumnKind.Guess().best()).isEqualTo(ColumnKind.TEXT);
  }
}
