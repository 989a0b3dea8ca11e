package dev.mallard.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShownNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "root",
        "ann.lee@example.com",
        "Jürgen",
        "svc-etl_2",
        "li wei",
        "nightly-report-loader-of-sales"
      })
  void whatLooksLikeANameIsWritten(String name) {
    assertThat(ShownNames.of(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "mallard_k1_abc",
        "Mallard_k1_abc",
        "eyJhbGciOiJub25lIn0",
        "unchecked.YW5u",
        "0f9b7c21e84f9b7c21e8",
        "c2VjcmV0LWxvbmctdG9rZW4x",
        "pa$$word",
        "ann:secret",
        "ann\nroot",
        "-ann",
        "a/b",
        "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
      })
  void whatMayBeATokenOrAPasswordIsNot(String name) {
    assertThat(ShownNames.of(name)).isEqualTo(ShownNames.WITHHELD);
  }
}
