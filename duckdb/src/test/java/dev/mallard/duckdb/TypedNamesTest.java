package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns' names without the types that were written into a statement. */
class TypedNamesTest {
  private static String restored(String name, String... written) {
    return TypedNames.restored(name, List.of(written));
  }

  @Test
  void whatWasWrittenIsTakenOutWhereverItStands() {
    String typed = "CAST($1 AS DECIMAL(10,2))";
    assertThat(restored("(1 + CAST($1 AS DECIMAL(10, 2)))", typed)).isEqualTo("(1 + $1)");
    assertThat(restored("CAST($1 AS X) + CAST($1 AS X)", typed)).isEqualTo("$1 + $1");
    assertThat(
            restored("map_from_entries(CAST($1 AS S(k I)[]))", "map_from_entries(CAST($1 AS S))"))
        .isEqualTo("$1");
    assertThat(restored("CAST($1 AS STRUCT(\"a)\" I))", "CAST($1 AS S)")).isEqualTo("$1");
  }

  @Test
  void whatTheUserWroteStays() {
    assertThat(restored("CAST(CAST($1 AS BIGINT) AS INTEGER)", "CAST($1 AS BIGINT)"))
        .isEqualTo("CAST($1 AS INTEGER)");
    assertThat(restored("CAST($1 AS INTEGER)", "$1")).isEqualTo("CAST($1 AS INTEGER)");
    assertThat(restored("CAST($12 AS INTEGER)", "CAST($1 AS I)")).isEqualTo("CAST($12 AS INTEGER)");
    assertThat(restored("CAST($1 AS I", "CAST($1 AS I)")).isEqualTo("CAST($1 AS I");
    assertThat(restored("plain")).isEqualTo("plain");
  }
}
