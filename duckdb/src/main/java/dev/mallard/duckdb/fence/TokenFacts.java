package dev.mallard.duckdb.fence;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a text uses, by its tokens: for what DuckDB does not give the tree of. In doubt it finds
 * more than there is: every name before a parenthesis may be a function, every name a table.
 */
final class TokenFacts {
  private static final Set<String> TABLE_FOLLOWS =
      Set.of(
          "from",
          "join",
          "lateral",
          "table",
          "using",
          "into",
          "update",
          "pivot",
          "pivot_wider",
          "pivot_longer",
          "unpivot",
          "describe",
          "desc",
          "summarize",
          "show");
  private static final Set<String> NO_TABLE_FOLLOWS =
      Set.of(
          "select",
          "where",
          "group",
          "having",
          "order",
          "limit",
          "offset",
          "values",
          "set",
          "returning",
          "qualify",
          "window",
          "when",
          "enum",
          "check",
          "default");

  private final List<Token> tokens;
  private final Set<Facts.Call> calls = new HashSet<>();
  private final Set<Facts.Table> tables = new HashSet<>();

  /** For each open bracket, and the text itself, whether tables are listed there. */
  private final Deque<Boolean> lists = new ArrayDeque<>();

  private TokenFacts(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * @param created where the name of what is created stands, which is no call; −1 if nowhere
   */
  static Facts of(List<Token> tokens, int created) {
    TokenFacts facts = new TokenFacts(tokens);
    facts.lists.push(false);
    for (int i = 0; i < tokens.size(); i++) {
      facts.look(i, created);
    }
    return new Facts(facts.calls, facts.tables, Set.of(), Set.of(), false);
  }

  private void look(int i, int created) {
    Token token = tokens.get(i);
    switch (token.kind()) {
      case SYMBOL -> symbol(token, i);
      case WORD -> {
        String word = token.lower();
        name(i, created);
        if (TABLE_FOLLOWS.contains(word)) {
          replaceTop(true);
        } else if (NO_TABLE_FOLLOWS.contains(word) || word.equals("on")) {
          replaceTop(false);
        }
      }
      case QUOTED -> name(i, created);
      case STRING -> {
        if (isTablePlace(i)) {
          tables.add(new Facts.Table("", token.text()));
        }
      }
      case NUMBER -> {}
    }
  }

  private void replaceTop(boolean tablesFollow) {
    lists.pop();
    lists.push(tablesFollow);
  }

  private void symbol(Token token, int i) {
    if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
      lists.push(isTablePlace(i));
    } else if (lists.size() > 1
        && (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}"))) {
      lists.pop();
      // After USING (…) and ON (…) a comma goes on with the tables.
    }
  }

  /** Whether a table's name may stand here: where tables are listed, and after no other name. */
  private boolean isTablePlace(int i) {
    if (!Boolean.TRUE.equals(lists.peek())) {
      return i > 0 && tokens.get(i - 1).isSymbol(",") && isAfterJoin(i - 1);
    }
    Token before = i == 0 ? null : tokens.get(i - 1);
    return before == null
        || before.isSymbol("(")
        || before.isSymbol(",")
        || (before.kind() == Token.Kind.WORD && TABLE_FOLLOWS.contains(before.lower()))
        || (before.kind() == Token.Kind.WORD && isFiller(before));
  }

  private static boolean isFiller(Token word) {
    return word.is("only") || word.is("exists") || word.is("or") || word.is("replace");
  }

  /** {@code FROM a JOIN b ON a.x = b.x, c}: the comma is one between tables. */
  private boolean isAfterJoin(int comma) {
    int depth = 0;
    for (int i = comma - 1; i >= 0 && comma - i < 1_000; i--) {
      Token token = tokens.get(i);
      if (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}")) {
        depth++;
      } else if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
        if (--depth < 0) {
          return false;
        }
      } else if (depth == 0 && token.is("on")) {
        return true;
      } else if (depth == 0 && (token.isSymbol(",") || NO_TABLE_FOLLOWS.contains(token.lower()))) {
        return false;
      }
    }
    return false;
  }

  private void name(int i, int created) {
    Token token = tokens.get(i);
    boolean isQualified = i >= 2 && tokens.get(i - 1).isSymbol(".");
    Facts.Table table = new Facts.Table(isQualified ? tokens.get(i - 2).text() : "", token.text());
    int first = i;
    while (first >= 2 && tokens.get(first - 1).isSymbol(".")) {
      first -= 2;
    }
    boolean isQualifier = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol(".");
    if (!FileNames.looksLikeOne(table) || (!isQualifier && isTablePlace(first))) {
      tables.add(table);
    }
    boolean isCall = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol("(");
    boolean isReferred = i > 0 && tokens.get(i - 1).is("references");
    if (isCall && i != created && !isReferred) {
      calls.add(new Facts.Call(token.text(), isTablePlace(i) || isQualified, null));
    }
  }
}
