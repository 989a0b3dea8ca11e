package dev.mallard.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.client.SqlStatus;
import org.junit.jupiter.api.Test;

class SqlCheckTest {
  private static Finding of(boolean working, long restarts, String lastEnd, String fence) {
    return SqlCheck.finding(new SqlStatus(working, true, restarts, lastEnd, fence, false));
  }

  @Test
  void aFencedEngineIsFine() {
    assertThat(of(true, 0, null, "reads"))
        .isEqualTo(
            Finding.ok(
                "SQL",
                "in a process of its own, never restarted; it can open no files but its own"));
    assertThat(of(true, 2, "it crashed", "writes").said())
        .isEqualTo(
            "in a process of its own, restarted 2 times (last: it crashed); it can write no files"
                + " but its own");
  }

  @Test
  void whatIsMissingIsTold() {
    assertThat(of(true, 0, null, "none").level()).isEqualTo(Finding.Level.WARNING);
    assertThat(of(false, 3, "it used too much memory", "reads"))
        .isEqualTo(
            Finding.failure(
                "SQL", "there is no engine at the moment (last: it used too much memory)"));
    assertThat(SqlCheck.finding(new SqlStatus(true, false, 0, null, "none", false)).said())
        .contains("in the server's own process");
  }
}
