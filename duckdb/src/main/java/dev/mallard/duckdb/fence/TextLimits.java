package dev.mallard.duckdb.fence;

import dev.mallard.error.MallardException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * How deep a text may go: DuckDB parses, binds and optimizes by recursion, on the stack of the
 * thread that calls it, and a stack that is too small is the end of its process. So the depth is
 * reckoned here, by tokens, before anything is parsed.
 */
final class TextLimits {
  /** The longest name, in bytes. */
  static final int LONGEST_NAME = 1_000;

  /** Brackets, CASE and sub-queries, one inside the other. */
  static final int MOST_NESTED = 80;

  /** Lambdas one inside the other: DuckDB's time doubles with each. */
  static final int MOST_LAMBDAS = 8;

  /** Operators one after the other in an expression, and those around it. */
  static final int MOST_OPERATORS = 2_000;

  /** Conditions that AND and OR join. */
  static final int MOST_CONDITIONS = 5_000;

  /** Queries that UNION and its kind join. */
  static final int MOST_SET_OPERATIONS = 500;

  /** Joined tables: DuckDB's time grows with their third power. */
  static final int MOST_JOINS = 100;

  /** Queries that WITH names. */
  static final int MOST_WITH = 150;

  private static final Set<String> ENDS_FROM =
      Set.of(
          "select",
          "where",
          "group",
          "having",
          "order",
          "limit",
          "offset",
          "union",
          "intersect",
          "except",
          "set",
          "values",
          "qualify",
          "window",
          "returning");

  private static final Set<String> NEW_EXPRESSION =
      Set.of(
          "select", "from", "where", "group", "having", "order", "values", "set", "on", "when",
          "then");
  private static final Set<String> OPERATOR_WORDS =
      Set.of("not", "like", "ilike", "in", "is", "between", "glob", "similar", "collate", "at");
  private static final Set<String> SET_OPERATIONS = Set.of("union", "intersect", "except");

  /** What is in an open bracket, or in the text itself. */
  private static final class Level {
    private int operators;
    private boolean hasLambda;
    private boolean isFrom;
  }

  private final Deque<Level> levels = new ArrayDeque<>();
  private Level here = new Level();
  private Token before = new Token(Token.Kind.SYMBOL, "", 0, 0);

  private int total;
  private int conditions;
  private int lambdas;
  private int setOperations;
  private int joins;
  private int withs;

  private TextLimits() {}

  /**
   * @throws MallardException INVALID_ARGUMENT that names the limit
   */
  static void check(List<Token> tokens) {
    TextLimits limits = new TextLimits();
    for (Token token : tokens) {
      limits.look(token);
      limits.before = token;
    }
  }

  private void look(Token token) {
    if (token.isName()) {
      checkLength(token.text());
    }
    if (token.kind() == Token.Kind.WORD) {
      word(token.lower());
    } else if (token.kind() == Token.Kind.SYMBOL) {
      symbol(token.text());
    }
  }

  private static void checkLength(String name) {
    if (name.length() * 3 > LONGEST_NAME
        && name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw MallardException.invalid(
          "SQL: a name is longer than " + LONGEST_NAME + " bytes; give it a shorter one");
    }
  }

  private void word(String word) {
    if (word.equals("from")) {
      here.isFrom = true;
    } else if (ENDS_FROM.contains(word)) {
      here.isFrom = false;
    }
    if (word.equals("case")) {
      open();
    } else if (word.equals("end")) {
      close();
    } else if (NEW_EXPRESSION.contains(word)) {
      newExpression();
    } else if (word.equals("and") || word.equals("or")) {
      newExpression();
      require(
          ++conditions, MOST_CONDITIONS, "conditions", "use IN, or join with a table of values");
    } else if (OPERATOR_WORDS.contains(word)) {
      operator();
    } else if (SET_OPERATIONS.contains(word)) {
      require(
          ++setOperations,
          MOST_SET_OPERATIONS,
          "set operations (UNION …)",
          "write the rows into a table");
    } else if (word.equals("lambda")) {
      lambda();
    } else if (word.equals("join")) {
      join();
    }
  }

  private void join() {
    require(++joins, MOST_JOINS, "joins", "join in several steps, by way of tables");
  }

  private void symbol(String symbol) {
    switch (symbol) {
      case "(", "[", "{" -> open();
      case ")", "]", "}" -> close();
      case "," -> {
        newExpression();
        if (here.isFrom) {
          join();
        }
      }
      case ";" -> {}
      case "->" -> {
        lambda();
        operator();
      }
      default -> operator();
    }
  }

  /**
   * {@code x -> …}, {@code lambda x: …}; JSON's arrow counts, too. Over when its bracket closes.
   */
  private void lambda() {
    if (!here.hasLambda) {
      here.hasLambda = true;
      require(++lambdas, MOST_LAMBDAS, "lambdas one inside the other", "take it apart, by macros");
    }
  }

  private void open() {
    if (before.is("as") || before.is("materialized")) {
      require(++withs, MOST_WITH, "queries named by WITH", "write some into tables");
    }
    levels.push(here);
    here = new Level();
    require(levels.size(), MOST_NESTED, "levels of nesting", "take it apart, by WITH or a view");
  }

  private void close() {
    if (levels.isEmpty()) {
      return;
    }
    newExpression();
    lambdas -= here.hasLambda ? 1 : 0;
    here = levels.pop();
  }

  private void newExpression() {
    total -= here.operators;
    here.operators = 0;
  }

  private void operator() {
    here.operators++;
    require(
        ++total,
        MOST_OPERATORS,
        "operators in one expression",
        "take it apart, or use IN or list functions");
  }

  private static void require(int count, int most, String what, String remedy) {
    if (count > most) {
      throw MallardException.invalid(
          "SQL: there are more than " + most + " " + what + " in the text; " + remedy);
    }
  }
}
