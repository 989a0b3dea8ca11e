package dev.mallard.duckdb;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What users may send: an allow-list of statements, and a list of functions that reach for files,
 * the network, other databases or the server's settings. This is the first fence; the second is
 * DuckDB's own, which {@link DuckInstance} locks: behind it no file can be opened but those that
 * the server links into a folder with a secret name.
 */
final class StatementRules {
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

  /** Tables of the engine that show the server's paths or other users' SQL. */
  private static final Set<String> HIDDEN_TABLES =
      Set.of(
          "duckdb_views",
          "duckdb_databases",
          "duckdb_settings",
          "duckdb_logs",
          "duckdb_secrets",
          "duckdb_extensions",
          "duckdb_temporary_files",
          "duckdb_external_file_cache",
          "duckdb_prepared_statements",
          "duckdb_variables",
          "pragma_database_list",
          "sqlite_master",
          "sqlite_schema",
          "sqlite_temp_master",
          "sqlite_temp_schema",
          "pg_views",
          "pg_settings",
          "pg_prepared_statements");

  /** Table functions that only compute, or show what a user may know. */
  private static final Set<String> HARMLESS_TABLE_FUNCTIONS =
      Set.of(
          "range",
          "generate_series",
          "unnest",
          "repeat",
          "repeat_row",
          "summary",
          "histogram",
          "histogram_values",
          "json_each",
          "json_tree",
          "test_all_types",
          "collations",
          "icu_calendar_names",
          "pg_timezone_names",
          "duckdb_columns",
          "duckdb_constraints",
          "duckdb_dependencies",
          "duckdb_functions",
          "duckdb_indexes",
          "duckdb_keywords",
          "duckdb_optimizers",
          "duckdb_schemas",
          "duckdb_sequences",
          "duckdb_tables",
          "duckdb_types",
          "pragma_collations",
          "pragma_table_info",
          "pragma_version",
          "pragma_show",
          // A pragma, but a scalar function, too.
          "version");

  /** Functions that are not table functions and are refused all the same. */
  private static final Set<String> REFUSED_SCALARS =
      Set.of(
          "current_setting",
          "getenv",
          "write_log",
          "parse_duckdb_log_message",
          "json_execute_serialized_sql",
          "set_config",
          "sleep_ms");

  private static final String REMEDY =
      "; the operator can allow it with --allow-file-access if it is for files";

  private final Set<String> refusedFunctions;
  private final boolean allowFileAccess;
  private final boolean readOnly;

  /**
   * @param tableFunctions all that the engine has, pragmas included, in lower case
   */
  StatementRules(Set<String> tableFunctions, boolean allowFileAccess, boolean readOnly) {
    this.allowFileAccess = allowFileAccess;
    this.readOnly = readOnly;
    Set<String> refused = new java.util.HashSet<>(tableFunctions);
    refused.removeAll(HARMLESS_TABLE_FUNCTIONS);
    refused.addAll(REFUSED_SCALARS);
    if (allowFileAccess) {
      refused.removeIf(StatementRules::readsFiles);
    }
    this.refusedFunctions = Set.copyOf(refused);
  }

  private static boolean readsFiles(String function) {
    return function.startsWith("read_")
        || function.startsWith("parquet_")
        || function.equals("glob")
        || function.equals("sniff_csv");
  }

  /**
   * @param tokens one statement's
   * @throws MallardException PERMISSION_DENIED, or INVALID_ARGUMENT with what to do instead
   */
  StatementKind check(List<Token> tokens) {
    StatementKind kind = kind(tokens);
    if (readOnly && (kind == StatementKind.CHANGE || kind == StatementKind.DEFINITION)) {
      throw readOnly();
    }
    for (int i = 0; i < tokens.size(); i++) {
      checkNames(tokens, i);
    }
    return kind;
  }

  private StatementKind kind(List<Token> tokens) {
    String first = tokens.get(0).lower();
    if (QUERIES.contains(first)) {
      return hasTopLevelChange(tokens) || hasInnerChange(tokens)
          ? StatementKind.CHANGE
          : StatementKind.QUERY;
    }
    if (isUpdateOfExtensions(tokens)) {
      throw refused("UPDATE EXTENSIONS", "");
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
  private static boolean hasInnerChange(List<Token> tokens) {
    for (int i = 0; i + 1 < tokens.size(); i++) {
      Token next = tokens.get(i + 1);
      boolean begins =
          switch (tokens.get(i).kind() == Token.Kind.WORD ? tokens.get(i).lower() : "") {
            case "insert" -> next.is("into") || next.is("or");
            case "merge" -> next.is("into");
            case "delete" -> next.is("from");
            case "update" -> next.isName() && hasSetSoon(tokens, i + 2);
            case "truncate" -> next.isName() && !next.is("from");
            default -> false;
          };
      if (begins) {
        return true;
      }
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
    if (kind(tokens.subList(at, tokens.size())) != StatementKind.QUERY) {
      throw refused("EXPLAIN of a statement that is not a query", "");
    }
    return StatementKind.EXPLAIN;
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
      throw refused(verb.toUpperCase(Locale.ROOT) + " " + object.toUpperCase(Locale.ROOT), "");
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
      throw refused(first.toUpperCase(Locale.ROOT), FILE_STATEMENTS.contains(first) ? REMEDY : "");
    }
    throw MallardException.invalid("SQL: syntax error: no statement begins with '" + first + "'");
  }

  private void checkNames(List<Token> tokens, int i) {
    Token token = tokens.get(i);
    if (!token.isName()) {
      return;
    }
    String name = token.lower();
    boolean isCall = i + 1 < tokens.size() && tokens.get(i + 1).isSymbol("(");
    if (isCall && refusedFunctions.contains(name)) {
      throw refused("the function '" + name + "'", readsFiles(name) ? REMEDY : "");
    }
    boolean isInformationSchemaViews =
        name.equals("views")
            && i >= 2
            && tokens.get(i - 1).isSymbol(".")
            && tokens.get(i - 2).lower().equals("information_schema");
    if (HIDDEN_TABLES.contains(name) || isInformationSchemaViews) {
      throw refused(
          "'" + name + "'", "; information_schema.tables, duckdb_tables() and DESCRIBE are");
    }
  }

  static MallardException readOnly() {
    return new MallardException(
        ErrorCode.PERMISSION_DENIED,
        "this server is read-only: start it without --read-only to change tables");
  }

  private static MallardException refused(String what, String remedy) {
    return new MallardException(
        ErrorCode.PERMISSION_DENIED, "SQL: " + what + " is not allowed here" + remedy);
  }
}
