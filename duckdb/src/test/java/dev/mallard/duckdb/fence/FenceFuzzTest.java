package dev.mallard.duckdb.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our view of texts beside DuckDB's, on generated ones: {@code -Dmallard.fuzz.texts} says how many,
 * {@code -Dmallard.fuzz.seed} which.
 */
class FenceFuzzTest {
  private static final int TEXTS = Integer.getInteger("mallard.fuzz.texts", 20_000);
  private static final long SEED = Long.getLong("mallard.fuzz.seed", 11);
  private static final String SECRET = "kingfisher-4711";

  /** What the grammar writes without a function's name. */
  private static final Set<String> SUGAR =
      Set.of(
          "count_star",
          "list_value",
          "row",
          "struct_pack",
          "~~",
          "array_extract",
          "map",
          "not_like_escape",
          "list_contains",
          "contains",
          "factorial",
          "regexp_matches",
          "list_transform",
          "list_filter",
          "struct_extract",
          "list_slice",
          "array_slice",
          "unpivot_list",
          "exists",
          "mod",
          "timezone",
          "ilike_escape",
          "like_escape",
          "regexp_full_match");

  @TempDir Path root;

  private DuckDBConnection connection;
  private Fence fence;
  private DuckParser parser;
  private SerializedTree trees;

  @BeforeEach
  void open() throws Exception {
    Path folder = Files.createDirectories(root.resolve(SECRET));
    connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    try (Statement sql = connection.createStatement()) {
      sql.execute("COPY (SELECT 1 AS id) TO '" + folder.resolve("d.parquet") + "'");
      sql.execute("ATTACH ':memory:' AS datasets");
      sql.execute(
          "CREATE VIEW datasets.main.d AS FROM read_parquet('"
              + folder.resolve("d.parquet")
              + "')");
      sql.execute("CREATE TABLE t(a VARCHAR, b INT)");
      sql.execute("CREATE TABLE s(a VARCHAR, c INT)");
      sql.execute("CREATE TABLE x(a VARCHAR)");
      sql.execute("INSERT INTO t VALUES ('1', 1)");
      sql.execute("SET temp_directory = '" + folder.resolve("temporary") + "'");
      sql.execute("SET allowed_directories = ['" + folder + "']");
      sql.execute("SET enable_external_access = false");
      sql.execute("SET max_expression_depth = 400");
      sql.execute("SET allowed_configs = ['jdbc_stream_results']");
      sql.execute("SET lock_configuration = true");
    }
    fence = Fence.open(connection::duplicate, false);
    parser = DuckParser.open();
    trees = new SerializedTree(connection::duplicate);
  }

  @AfterEach
  void close() throws SQLException {
    trees.close();
    parser.close();
    fence.close();
    connection.close();
  }

  @Test
  void whatTheFenceSeesIsWhatDuckDbSees() throws Exception {
    SqlTexts texts = new SqlTexts(SEED);
    int passed = 0;
    for (int i = 0; i < TEXTS; i++) {
      String text = texts.next();
      try {
        Optional<JudgedText> judged = judged(text);
        compareTokens(text);
        if (judged.isPresent()) {
          passed++;
          comparePassed(text, judged.get());
          if (passed % 4 == 0) {
            run(judged.get());
          }
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("text " + i + " of seed " + SEED + ":\n" + text, e);
      }
    }
    assertThat(passed).as("texts that were let through").isGreaterThan(TEXTS / 10);
    try (Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery("SELECT count(*) FROM datasets.main.d")) {
      rows.next();
      assertThat(rows.getInt(1)).isEqualTo(1);
    }
    try (var files = Files.list(root.resolve(SECRET))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  private Optional<JudgedText> judged(String text) {
    try {
      return Optional.of(fence.judge(text));
    } catch (MallardException e) {
      assertThat(e.code()).isIn(ErrorCode.PERMISSION_DENIED, ErrorCode.INVALID_ARGUMENT);
      assertThat(e.getMessage()).doesNotContain(SECRET);
      return Optional.empty();
    }
  }

  /**
   * Of the text that DuckDB is given; and of the one that was sent, if DuckDB would take that, too.
   */
  private void comparePassed(String text, JudgedText judged) throws SQLException {
    assertThat(parser.statements(judged.sql())).hasSize(1);
    try {
      assertThat(parser.statements(text)).isEqualTo(parser.statements(judged.sql()));
    } catch (MallardException notSql) {
      assertThat(text).isNotEqualTo(judged.sql());
    }
    Optional<Facts> tree = trees.of(judged.sql()).map(TreeFacts::of);
    if (tree.isEmpty()) {
      return;
    }
    Facts facts = tree.get();
    Set<String> called = new HashSet<>();
    facts.calls().forEach(call -> called.add(call.function().toLowerCase(Locale.ROOT)));
    assertThat(called).doesNotContainAnyElementsOf(SqlTexts.FORBIDDEN_FUNCTIONS);
    assertThat(judged.called()).containsAll(called);
    Set<String> tables = new HashSet<>();
    facts.tables().forEach(table -> tables.add(table.name().toLowerCase(Locale.ROOT)));
    assertThat(tables).doesNotContainAnyElementsOf(SqlTexts.FORBIDDEN_TABLES);
    Facts byTokens = TokenFacts.of(judged.tokens(), -1);
    Set<String> calledByTokens =
        byTokens.calls().stream()
            .map(call -> call.function().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    called.removeAll(calledByTokens);
    called.removeAll(SUGAR);
    called.removeIf(name -> !Character.isLetter(name.charAt(0)));
    assertThat(called).as("functions that the tokens do not show").isEmpty();
    Set<String> tablesByTokens =
        byTokens.tables().stream()
            .map(table -> table.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    assertThat(tablesByTokens).as("tables by tokens").containsAll(tables);
    boolean changes =
        judged.kind() == StatementKind.CHANGE || judged.kind() == StatementKind.DEFINITION;
    assertThat(changes || !facts.changes()).isTrue();
  }

  /** The lexer of our own, for the audit's lines, hides what DuckDB takes for a literal. */
  private void compareTokens(String text) {
    List<Token> tokens;
    try {
      tokens = ScreenedText.of(text, parser).tokens();
      parser.statements(text);
    } catch (MallardException e) {
      return;
    }
    List<Token> ours = SqlLexer.of(text);
    assertThat(texts(ours, Token.Kind.QUOTED)).isEqualTo(texts(tokens, Token.Kind.QUOTED));
    assertThat(String.join("", texts(ours, Token.Kind.STRING)))
        .isEqualTo(String.join("", texts(tokens, Token.Kind.STRING)));
  }

  private static List<String> texts(List<Token> tokens, Token.Kind kind) {
    return tokens.stream().filter(token -> token.kind() == kind).map(Token::text).toList();
  }

  /** What was let through shows no secret and changes no dataset, on an instance that is locked. */
  private void run(JudgedText judged) throws SQLException {
    if (!judged.mustExist().isEmpty()) {
      return;
    }
    control("BEGIN");
    try (Statement sql = connection.createStatement()) {
      if (sql.execute(judged.sql())) {
        read(sql.getResultSet());
      }
    } catch (SQLException e) {
      assertThat(e.getMessage()).doesNotContain("kingfisher", "Permission Error");
    }
    control("ROLLBACK");
  }

  private void control(String text) throws SQLException {
    try (Statement sql = connection.createStatement()) {
      sql.execute(text);
    }
  }

  private static void read(ResultSet rows) throws SQLException {
    try (rows) {
      int columns = rows.getMetaData().getColumnCount();
      for (int row = 0; row < 20 && rows.next(); row++) {
        for (int i = 1; i <= columns; i++) {
          String value = String.valueOf(rows.getObject(i));
          boolean isPlan = rows.getMetaData().getColumnLabel(i).startsWith("explain");
          assertThat(isPlan || !value.contains(SECRET)).as(value).isTrue();
        }
      }
    }
  }
}
