package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultShapeTest {
  @TempDir Path root;

  @Test
  void whatArrowCannotCarryIsRefusedAndHurtsNobodyElse() throws Exception {
    try (EngineFixture sql = new EngineFixture(root)) {
      for (String text :
          new String[] {
            "SELECT 1 AS \"" + "x".repeat(70_000) + "\"",
            "SELECT 1 AS `" + "x".repeat(40_000) + "`",
            "SELECT '" + "x".repeat(40_000) + "'",
            "SELECT {'" + "x".repeat(40_000) + "': 1} AS a",
            "SELECT " + "[".repeat(70) + "1" + "]".repeat(70) + " AS a",
            "SELECT " + "{'a': ".repeat(70) + "1" + "}".repeat(70) + " AS a"
          }) {
        assertThat(sql.failure(text))
            .as(text.substring(0, 30))
            .get()
            .isInstanceOfSatisfying(
                MallardException.class,
                e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        assertThat(sql.rows("SELECT 1")).containsExactly("1");
      }
      assertThat(sql.rows("SELECT length('" + "x".repeat(40_000) + "')::INT AS a"))
          .containsExactly("40000");
      assertThat(sql.rows("SELECT " + "[".repeat(25) + "1" + "]".repeat(25) + " AS a")).hasSize(1);
    }
  }

  @Test
  void levelsAreCountedOneInsideTheOther() {
    ResultShape.checkType("STRUCT(a STRUCT(b INTEGER[])[], \"c(((\" MAP(VARCHAR, INTEGER))", 1);
    ResultShape.checkType("STRUCT(" + "a INTEGER[], ".repeat(500) + "b INTEGER)", 1);
    assertThatThrownBy(() -> ResultShape.checkType("INTEGER" + "[]".repeat(31), 7))
        .hasMessageContaining("column 7");
    assertThatThrownBy(
            () -> ResultShape.checkType("STRUCT(a ".repeat(31) + "INTEGER" + ")".repeat(31), 1))
        .hasMessageContaining("30 levels");
  }
}
