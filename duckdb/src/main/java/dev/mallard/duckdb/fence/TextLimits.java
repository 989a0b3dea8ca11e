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

  /** Operators one after the other in an expression, and those around it. */
  static final int MOST_OPERATORS = 2_000;

  /** Queries by UNION and its kind, and joined tables, one after the other. */
  static final int MOST_SET_OPERATIONS = 200;

  static final int MOST_JOINS = 200;

  private static final Set<String> NEW_EXPRESSION =
      Set.of(
          "select", "from", "where", "group", "having", "order", "values", "set", "on", "when",
          "then");
  private static final Set<String> OPERATOR_WORDS =
      Set.of(
          "and", "or", "not", "like", "ilike", "in", "is", "between", "glob", "similar", "collate",
          "at");
  private static final Set<String> SET_OPERATIONS = Set.of("union", "intersect", "except");

  /** For each open bracket, how many operators there are in the expression that it is part of. */
  private final Deque<int[]> operators = new ArrayDeque<>();

  private int total;
  private int setOperations;
  private int joins;

  private TextLimits() {
    operators.push(new int[1]);
  }

  /**
   * @throws MallardException INVALID_ARGUMENT that names the limit
   */
  static void check(List<Token> tokens) {
    TextLimits limits = new TextLimits();
    for (Token token : tokens) {
      limits.look(token);
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
    if (word.equals("case")) {
      open();
    } else if (word.equals("end")) {
      close();
    } else if (NEW_EXPRESSION.contains(word)) {
      newExpression();
    } else if (OPERATOR_WORDS.contains(word)) {
      operator();
    } else if (SET_OPERATIONS.contains(word)) {
      require(
          ++setOperations,
          MOST_SET_OPERATIONS,
          "set operations (UNION …)",
          "write the rows into a table");
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
      case "," -> newExpression();
      case ";" -> {}
      default -> operator();
    }
  }

  private void open() {
    operators.push(new int[1]);
    require(
        operators.size() - 1, MOST_NESTED, "levels of nesting", "take it apart, by WITH or a view");
  }

  private void close() {
    if (operators.size() > 1) {
      newExpression();
      operators.pop();
    }
  }

  private void newExpression() {
    int[] here = java.util.Objects.requireNonNull(operators.peek());
    total -= here[0];
    here[0] = 0;
  }

  private void operator() {
    java.util.Objects.requireNonNull(operators.peek())[0]++;
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
