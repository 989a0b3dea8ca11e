package dev.mallard.duckdb.fence;

import java.util.List;
import java.util.Set;

/**
 * Where in a CREATE statement stand the name of what is created and the query that it is made of.
 */
final class CreatedName {
  private static final Set<String> BEFORE =
      Set.of(
          "create",
          "or",
          "replace",
          "temp",
          "temporary",
          "unique",
          "recursive",
          "persistent",
          "if",
          "not",
          "exists",
          "table",
          "view",
          "schema",
          "sequence",
          "type",
          "index",
          "macro",
          "function");

  private CreatedName() {}

  /** Of a name with several parts the last; −1 if nothing is created. */
  static int at(List<Token> tokens) {
    boolean isInsert = tokens.get(0).is("insert");
    if (isInsert) {
      return afterInto(tokens);
    }
    if (!tokens.get(0).is("create")) {
      return -1;
    }
    int at = 0;
    while (at < tokens.size()
        && tokens.get(at).kind() == Token.Kind.WORD
        && BEFORE.contains(tokens.get(at).lower())) {
      at++;
    }
    return lastPart(tokens, at);
  }

  private static int afterInto(List<Token> tokens) {
    for (int i = 1; i < Math.min(tokens.size(), 5); i++) {
      if (tokens.get(i).is("into")) {
        return lastPart(tokens, i + 1);
      }
    }
    return -1;
  }

  private static int lastPart(List<Token> tokens, int first) {
    int at = first;
    while (at + 2 < tokens.size() && tokens.get(at + 1).isSymbol(".")) {
      at += 2;
    }
    return at < tokens.size() && tokens.get(at).isName() ? at : -1;
  }

  /** Where the query of CREATE TABLE … AS and CREATE VIEW … AS begins; −1 if there is none. */
  static int query(List<Token> tokens) {
    boolean isOfQuery =
        tokens.stream().limit(6).anyMatch(token -> token.is("table") || token.is("view"))
            && tokens.stream()
                .limit(6)
                .noneMatch(token -> token.is("macro") || token.is("function"));
    if (!isOfQuery) {
      return -1;
    }
    int depth = 0;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (token.isSymbol("(")) {
        depth++;
      } else if (token.isSymbol(")")) {
        depth--;
      } else if (depth == 0 && token.is("as")) {
        return i + 1;
      }
    }
    return -1;
  }
}
