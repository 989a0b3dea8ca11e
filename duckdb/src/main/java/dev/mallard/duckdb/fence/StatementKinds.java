package dev.mallard.duckdb.fence;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells by its words what a statement does; an allow-list. DuckDB's parser must agree. */
final class StatementKinds {
  private static final Set<String> QUERIES =
      Set.of(
          "select",
          "with",
          "from",
          "values",
          "table",
          "pivot",
          "unpivot",
          "describe",
          "desc",
          "show",
          "summarize",
          "(");
  private static final Set<String> CHANGES =
      Set.of("insert", "update", "delete", "merge", "truncate");
  private static final Set<String> CREATABLE =
      Set.of("table", "view", "schema", "sequence", "type", "index", "macro", "function");
  private static final Set<String> CREATE_MODIFIERS =
      Set.of("or", "replace", "temp", "temporary", "unique", "recursive");
  private static final Set<String> FILE_STATEMENTS =
      Set.of("copy", "attach", "detach", "export", "import");
  private static final Set<String> REFUSED =
      Set.of(
          "install",
          "load",
          "pragma",
          "call",
          "checkpoint",
          "force",
          "vacuum",
          "analyze",
          "prepare",
          "execute",
          "deallocate");
  private static final Set<String> TRANSACTIONS =
      Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release");
  private static final Set<String> SETTINGS = Set.of("set", "reset", "use");

  private final boolean allowFileAccess;

  StatementKinds(boolean allowFileAccess) {
    this.allowFileAccess = allowFileAccess;
  }

  /**
   * @throws MallardException PERMISSION_DENIED, or INVALID_ARGUMENT with what to do instead
   */
  StatementKind of(List<Token> tokens) {
    String first = tokens.get(0).lower();
    if (QUERIES.contains(first)) {
      return hasTopLevelChange(tokens) || hasInnerChange(tokens)
          ? StatementKind.CHANGE
          : StatementKind.QUERY;
    }
    if (isUpdateOfExtensions(tokens)) {
      throw Refusal.of("UPDATE EXTENSIONS", "");
    }
    if (CHANGES.contains(first)) {
      return StatementKind.CHANGE;
    }
    return switch (first) {
      case "explain" -> explained(tokens);
      case "create" -> created(tokens);
      case "drop", "alter", "comment" -> definition(tokens, first);
      default -> other(first);
    };
  }

  /** {@code WITH x AS (SELECT …) INSERT …}. */
  private static boolean hasTopLevelChange(List<Token> tokens) {
    if (!tokens.get(0).is("with")) {
      return false;
    }
    int depth = 0;
    for (Token token : tokens) {
      if (token.isSymbol("(")) {
        depth++;
      } else if (token.isSymbol(")")) {
        depth--;
      } else if (depth == 0 && token.kind() == Token.Kind.WORD && CHANGES.contains(token.lower())) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@code WITH x AS (INSERT … RETURNING …) SELECT …}: a change that looks like a query. In doubt a
   * query is taken for a change, which costs it nothing but speed.
   */
  private boolean hasInnerChange(List<Token> tokens) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token next = tokens.get(i + 1);
      boolean begins =
          switch (tokens.get(i).kind() == Token.Kind.WORD ? tokens.get(i).lower() : "") {
            case "insert" -> next.is("into") || next.is("or");
            case "merge" -> next.is("into");
            case "delete" -> next.is("from");
            case "update" -> next.isName() && hasSetSoon(tokens, i + 2);
            case "truncate" -> next.isName() && !next.is("from");
            case "copy" -> refuseCopy(tokens, i);
            default -> false;
          };
      if (begins) {
        return true;
      }
    }
    return false;
  }

  /** A WITH clause may write a file: {@code WITH x AS (COPY t TO 'f') …}. */
  private boolean refuseCopy(List<Token> tokens, int at) {
    boolean isCopy =
        (tokens.get(at + 1).isName() || tokens.get(at + 1).isSymbol("("))
            && tokens.subList(at, tokens.size()).stream().anyMatch(token -> token.is("to"));
    if (isCopy) {
      throw Refusal.of("COPY inside a query", "");
    }
    return false;
  }

  /** After a table's name, which may have three parts and an alias. */
  private static boolean hasSetSoon(List<Token> tokens, int from) {
    int end = Math.min(tokens.size(), from + 8);
    return tokens.subList(Math.min(from, end), end).stream().anyMatch(token -> token.is("set"));
  }

  /** As opposed to that of a table with this name. */
  private static boolean isUpdateOfExtensions(List<Token> tokens) {
    return tokens.size() > 1
        && tokens.get(0).is("update")
        && tokens.get(1).is("extensions")
        && (tokens.size() == 2 || tokens.get(2).isSymbol("("));
  }

  /** ANALYZE runs what it explains, so only what reads may be explained. */
  private StatementKind explained(List<Token> tokens) {
    List<Token> inner = tokens.subList(explainedFrom(tokens), tokens.size());
    String first = inner.get(0).lower();
    if (!QUERIES.contains(first) || of(inner) != StatementKind.QUERY) {
      throw Refusal.of("EXPLAIN of a statement that is not a query", "");
    }
    return StatementKind.EXPLAIN;
  }

  /**
   * Where in an EXPLAIN that begins what it explains.
   *
   * @throws MallardException INVALID_ARGUMENT if nothing is explained
   */
  static int explainedFrom(List<Token> tokens) {
    int at = 1;
    if (at < tokens.size() && tokens.get(at).is("analyze")) {
      at++;
    }
    if (at + 1 < tokens.size() && tokens.get(at).isSymbol("(")) {
      int close = closing(tokens, at);
      boolean isOptions =
          !QUERIES.contains(tokens.get(at + 1).lower()) && close + 1 < tokens.size();
      at = isOptions ? close + 1 : at;
    }
    if (at >= tokens.size()) {
      throw MallardException.invalid("SQL: EXPLAIN of nothing; write EXPLAIN SELECT …");
    }
    return at;
  }

  private static int closing(List<Token> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      if (tokens.get(i).isSymbol("(")) {
        depth++;
      } else if (tokens.get(i).isSymbol(")") && --depth == 0) {
        return i;
      }
    }
    return tokens.size();
  }

  private static StatementKind created(List<Token> tokens) {
    int at = 1;
    while (at < tokens.size() && CREATE_MODIFIERS.contains(tokens.get(at).lower())) {
      at++;
    }
    return definition(tokens.subList(at - 1, tokens.size()), "create");
  }

  private static StatementKind definition(List<Token> tokens, String verb) {
    int at = verb.equals("comment") ? 2 : 1;
    String object = at < tokens.size() ? tokens.get(at).lower() : "";
    boolean isColumn = verb.equals("comment") && object.equals("column");
    if (!CREATABLE.contains(object) && !isColumn) {
      throw Refusal.of(verb.toUpperCase(Locale.ROOT) + " " + object.toUpperCase(Locale.ROOT), "");
    }
    return StatementKind.DEFINITION;
  }

  private StatementKind other(String first) {
    if (allowFileAccess && FILE_STATEMENTS.contains(first)) {
      return StatementKind.DEFINITION;
    }
    if (TRANSACTIONS.contains(first)) {
      throw MallardException.invalid(
          "SQL: transactions are begun and ended by Flight SQL's actions, not by '"
              + first.toUpperCase(Locale.ROOT)
              + "' (ADBC: autocommit off; JDBC: setAutoCommit(false))");
    }
    if (SETTINGS.contains(first)) {
      throw new MallardException(
          ErrorCode.PERMISSION_DENIED,
          "SQL: "
              + first.toUpperCase(Locale.ROOT)
              + " is not for users; catalog, schema and safe settings are session options of Flight");
    }
    if (FILE_STATEMENTS.contains(first) || REFUSED.contains(first)) {
      throw Refusal.of(
          first.toUpperCase(Locale.ROOT), FILE_STATEMENTS.contains(first) ? Refusal.FILES : "");
    }
    throw MallardException.invalid("SQL: syntax error: no statement begins with '" + first + "'");
  }
}
