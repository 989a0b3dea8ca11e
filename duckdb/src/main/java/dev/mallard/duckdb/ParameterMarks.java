package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import dev.mallard.error.MallardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Where a statement's parameters stand in its text: {@code ?}, {@code $1}, {@code $name}. Whatever
 * they are called there, to DuckDB they are {@code $1}, {@code $2} … without gaps, for its driver
 * takes no others.
 */
final class ParameterMarks {
  /** At this place of the text stands a parameter. */
  private record Mark(int start, int end, String name) {}

  private final String sql;
  private final List<Mark> marks;

  /** What each parameter is called, in order. */
  private final List<String> names;

  private final boolean named;

  private ParameterMarks(String sql, List<Mark> marks, List<String> names, boolean named) {
    this.sql = sql;
    this.marks = marks;
    this.names = names;
    this.named = named;
  }

  /**
   * @param tokens of the text
   * @throws MallardException INVALID_ARGUMENT if they are of several kinds
   */
  static ParameterMarks of(String sql, List<Token> tokens) {
    List<Mark> marks = new ArrayList<>();
    int questions = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean isQuestion = token.isSymbol("?");
      if (!isQuestion && !token.isSymbol("$")) {
        continue;
      }
      Token next = i + 1 < tokens.size() ? tokens.get(i + 1) : token;
      if (isQuestion && !isNumberAfter(token, next, sql)) {
        marks.add(new Mark(token.end() - 1, token.end(), Integer.toString(++questions)));
      } else {
        marks.add(new Mark(token.end() - 1, next.end(), name(next)));
        i++;
      }
    }
    boolean numbered = marks.stream().allMatch(mark -> isNumber(mark.name()));
    if ((questions > 0 && questions < marks.size())
        || (!numbered && marks.stream().anyMatch(mark -> isNumber(mark.name())))) {
      throw MallardException.invalid(
          "parameters: they are of several kinds; write all of them as ?, as $1, or as $name");
    }
    return new ParameterMarks(sql, List.copyOf(marks), names(marks, numbered), !numbered);
  }

  private static boolean isNumberAfter(Token question, Token next, String sql) {
    return next.kind() == Token.Kind.NUMBER
        && question.end() < sql.length()
        && Character.isDigit(sql.charAt(question.end()));
  }

  private static String name(Token token) {
    return switch (token.kind()) {
      case NUMBER -> withoutZeros(token.text());
      case WORD, QUOTED -> token.text().toLowerCase(Locale.ROOT);
      default -> throw unclear();
    };
  }

  private static String withoutZeros(String digits) {
    try {
      return Integer.toString(Integer.parseInt(digits));
    } catch (NumberFormatException e) {
      throw unclear();
    }
  }

  private static MallardException unclear() {
    return MallardException.invalid("parameters: write them as ?, as $1, or as $name");
  }

  private static boolean isNumber(String name) {
    return Character.isDigit(name.charAt(0));
  }

  private static List<String> names(List<Mark> marks, boolean numbered) {
    if (!numbered) {
      return marks.stream().map(Mark::name).distinct().toList();
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    marks.forEach(mark -> numbers.add(Integer.parseInt(mark.name())));
    return numbers.stream().map(number -> Integer.toString(number)).toList();
  }

  int count() {
    return names.size();
  }

  /** Whether they have names, and no numbers. */
  boolean areNamed() {
    return named;
  }

  /** What a parameter is called in its schema; the first is 0. */
  String name(int parameter) {
    return named ? names.get(parameter) : "parameter_" + names.get(parameter);
  }

  /** As DuckDB is to call it; the first is 0. */
  static String mark(int parameter) {
    return "$" + (parameter + 1);
  }

  /** The text as DuckDB is to get it; as it came, if that is the same to DuckDB. */
  String numbered() {
    boolean fits = !named && (names.isEmpty() || names.get(count() - 1).equals("" + count()));
    if (fits) {
      return sql;
    }
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      plain.add(mark(i));
    }
    return with(plain);
  }

  /** The text with something else in each parameter's places. */
  String with(List<String> instead) {
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (Mark mark : marks) {
      text.append(sql, from, mark.start()).append(instead.get(names.indexOf(mark.name())));
      from = mark.end();
    }
    return text.append(sql, from, sql.length()).toString();
  }
}
