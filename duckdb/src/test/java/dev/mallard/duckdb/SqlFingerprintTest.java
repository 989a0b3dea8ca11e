package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFingerprintTest {
  @Test
  void whatUsersWroteIntoAStatementIsNotInIt() {
    assertThat(
            SqlFingerprint.of("SELECT a, \"B\"\"c\" FROM t WHERE x='it''s' AND y > 4.5e3 -- mine"))
        .isEqualTo("SELECT a , \"B\"\"c\" FROM t WHERE x = ? AND y > ? . ?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'hidden'",
        "SELECT 'hidden",
        "SELECT E'\\'hidden'",
        "SELECT $$hidden$$",
        "SELECT $a$ $$hidden $a$",
        "SELECT /* hidden /* hidden */ hidden */ 1",
        "SELECT 1 -- hidden",
        "SELECT 1 /* hidden",
        "SELECT x'hidden'",
      })
  void noFormOfLiteralAndNoCommentIs(String sql) {
    assertThat(SqlFingerprint.of(sql)).startsWith("SELECT").doesNotContain("hidden");
  }

  @Test
  void ofNothingItIsNothing() {
    assertThat(SqlFingerprint.of("")).isEmpty();
  }
}
