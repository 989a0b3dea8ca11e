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

  /** For each open bracket, and the text itself. */
  private final Deque<Place> lists = new ArrayDeque<>();

  private enum Place {
    /** Tables are listed here. */
    TABLES,
    /** The condition of a join: after a comma there are tables again. */
    CONDITION,
    OTHER
  }

  private TokenFacts(List<Token> tokens) {
    this.tokens = tokens;
  }

  /**
   * @param created where the name of what is created stands, which is no call; −1 if nowhere
   */
  static Facts of(List<Token> tokens, int created) {
    TokenFacts facts = new TokenFacts(tokens);
    facts.lists.push(Place.OTHER);
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
          replaceTop(Place.TABLES);
        } else if (NO_TABLE_FOLLOWS.contains(word)) {
          replaceTop(Place.OTHER);
        } else if (word.equals("on") && lists.element() == Place.TABLES) {
          replaceTop(Place.CONDITION);
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

  private void replaceTop(Place place) {
    lists.pop();
    lists.push(place);
  }

  private void symbol(Token token, int i) {
    if (token.isSymbol("(") || token.isSymbol("[") || token.isSymbol("{")) {
      lists.push(isTablePlace(i) ? Place.TABLES : Place.OTHER);
    } else if (lists.size() > 1
        && (token.isSymbol(")") || token.isSymbol("]") || token.isSymbol("}"))) {
      lists.pop();
    } else if (token.isSymbol(",") && lists.element() == Place.CONDITION) {
      replaceTop(Place.TABLES);
    }
  }

  /** Whether a table's name may stand here: where tables are listed, and after no other name. */
  private boolean isTablePlace(int i) {
    if (lists.element() != Place.TABLES) {
      return false;
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
