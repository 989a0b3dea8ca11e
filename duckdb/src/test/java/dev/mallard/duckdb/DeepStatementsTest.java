package dev.mallard.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Short texts that go deep: each is answered or refused, on threads with the stack that Java gives
 * by default. Without the limits most of them would end the process.
 */
class DeepStatementsTest {
  @TempDir Path root;

  private static String nested(String open, String inner, String close, int times) {
    return open.repeat(times) + inner + close.repeat(times);
  }

  private static String list(String text, String between, int times) {
    return IntStream.range(0, times)
        .mapToObj(i -> text.replace("#", String.valueOf(i)))
        .collect(Collectors.joining(between));
  }

  private static Map<String, String> deep(int times) {
    Map<String, String> texts = new TreeMap<>();
    texts.put("sum", "SELECT 1" + "+1".repeat(times));
    texts.put("sum of a column", "SELECT a" + "+a".repeat(times) + " FROM range(1) t(a)");
    texts.put("concatenation", "SELECT 'a'" + "||'a'".repeat(times));
    texts.put("functions", "SELECT " + nested("abs(", "1", ")", times));
    texts.put("parentheses", "SELECT " + nested("(", "1", ")", times));
    texts.put("sub-queries", "SELECT * FROM " + nested("(SELECT * FROM ", "range(1)", ")", times));
    texts.put("EXISTS", "SELECT 1 WHERE " + nested("EXISTS (SELECT 1 WHERE ", "true", ")", times));
    texts.put("IN", "SELECT 1 WHERE " + nested("1 IN (SELECT 1 WHERE ", "true", ")", times));
    texts.put("WITH inside", nested("WITH x AS (", "SELECT 1", ") SELECT * FROM x", times));
    texts.put("set operations", nested("(SELECT 1 UNION ALL ", "SELECT 1", ")", times));
    texts.put("UNION", "SELECT 1" + " UNION ALL SELECT 1".repeat(times));
    texts.put(
        "joins",
        "SELECT 1 FROM " + list("range(1) t#", " JOIN ", times).replace(" JOIN", " CROSS JOIN"));
    texts.put("tables", "SELECT 1 FROM " + list("range(1) t#", ", ", times));
    texts.put(
        "WITH one by one",
        "WITH x AS (SELECT 1 a), t0 AS (FROM x), "
            + list("y# AS (SELECT * FROM z#)", ", ", times).replaceAll("z(\\d+)", "t0")
            + " SELECT 1");
    texts.put("lambdas", "SELECT " + nested("list_transform([1], lambda x: ", "1", ")", times));
    texts.put("arrows", "SELECT " + nested("list_transform([1], x -> ", "1", ")", times));
    texts.put("JSON", "SELECT '{}'::JSON" + "->'a'".repeat(times));
    texts.put("lists", "SELECT " + nested("[", "1", "]", times));
    texts.put("structs", "SELECT " + nested("{'a':", "1", "}", times));
    texts.put("types", "SELECT NULL::" + nested("STRUCT(a ", "INT", ")", times));
    texts.put("comprehensions", "SELECT " + nested("[x FOR x IN ", "[1]", "]", times));
    texts.put("CASE", "SELECT " + nested("CASE WHEN true THEN ", "1", " END", times));
    texts.put("NOT", "SELECT " + "NOT ".repeat(times) + "true");
    texts.put("minus", "SELECT " + "- ".repeat(times) + "1");
    texts.put("IS NULL", "SELECT 1" + " IS NULL".repeat(times));
    texts.put("casts", "SELECT 1" + "::INT".repeat(times));
    texts.put("EXPLAIN", "EXPLAIN ".repeat(times) + "SELECT 1");
    return texts;
  }

  @Test
  void noneEndsTheProcess() throws Exception {
    try (EngineFixture sql = new EngineFixture(root)) {
      List<String> wrong = new ArrayList<>();
      for (int times : new int[] {70, 350, 800, 20_000}) {
        deep(times)
            .forEach(
                (name, text) -> {
                  Optional<Throwable> failure = sql.failure(text);
                  boolean isFine =
                      failure.isEmpty()
                          || (failure.get() instanceof MallardException known
                              && (known.code() == ErrorCode.INVALID_ARGUMENT
                                  || known.code() == ErrorCode.PERMISSION_DENIED));
                  if (!isFine) {
                    wrong.add(times + " " + name + ": " + failure.get());
                  }
                });
      }
      assertThat(wrong).isEmpty();
      assertThat(sql.rows("SELECT 1")).containsExactly("1");
    }
  }

  @Test
  void viewsOverViewsEndInAnError() throws Exception {
    try (EngineFixture sql = new EngineFixture(root)) {
      sql.update("CREATE VIEW v0 AS SELECT 1 AS a");
      Optional<Throwable> failure = Optional.empty();
      for (int i = 1; i < 400 && failure.isEmpty(); i += 20) {
        String over = "v" + (i == 1 ? 0 : i - 20);
        String views = nested("SELECT a FROM (", "SELECT a FROM " + over, ")", 20);
        failure = sql.failure("CREATE VIEW v" + i + " AS " + views);
        failure = failure.isPresent() ? failure : sql.failure("FROM v" + i);
      }
      assertThat(failure)
          .get()
          .isInstanceOfSatisfying(
              MallardException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }
  }

  @Test
  void sensibleStatementsAreNotDeep() throws Exception {
    try (EngineFixture sql = new EngineFixture(root)) {
      String columns = list("# AS c#", ", ", 1_000);
      assertThat(sql.rows("SELECT count(*)::INT FROM (SELECT " + columns + ")"))
          .containsExactly("1");
      String values = list("#", ", ", 5_000);
      assertThat(sql.rows("SELECT 1 WHERE 7 IN (" + values + ")")).containsExactly("1");
      String conditions = list("a = #", " OR ", 2_000);
      assertThat(sql.rows("SELECT a FROM range(3) t(a) WHERE " + conditions)).hasSize(3);
      assertThat(sql.rows("SELECT 1" + "+1".repeat(300))).containsExactly("301");
      assertThat(sql.rows("SELECT 1" + " UNION ALL SELECT 1".repeat(300))).hasSize(301);
      sql.update("CREATE TABLE t(a INT)");
      sql.update("INSERT INTO t VALUES " + list("(#)", ", ", 20_000));
      assertThat(sql.rows("SELECT count(*)::INT FROM t")).containsExactly("20000");
    }
  }
}
