package dev.mallard.duckdb.fence;

import dev.mallard.error.Closer;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * What may be said, whoever says it: one statement of a kind that is allowed, within the limits,
 * that calls and reads nothing but what somebody has judged to be harmless. Behind it there is
 * DuckDB's own lock. Thread-safe; close it before the instance that its connections are of.
 */
public final class Fence implements AutoCloseable {
  /**
   * More tokens than these are judged without their tree, which would be some hundred times as
   * long.
   */
  private static final int MOST_FOR_TREE = 20_000;

  private final DuckParser parser;
  private final SystemNames names;
  private final SerializedTree trees;
  private final Functions functions;
  private final SystemTables systemTables;
  private final boolean allowFileAccess;
  private final JudgedTexts known = new JudgedTexts();

  /** Where connections come from, in their initial state. */
  public interface Connections {
    /** A new one. */
    DuckDBConnection connect() throws SQLException;
  }

  /**
   * @param connections to the locked instance
   * @param allowFileAccess whether SQL may read and write the server's files
   * @throws MallardException FAILED_PRECONDITION if DuckDB's parser cannot be asked on this machine
   */
  public static Fence open(Connections connections, boolean allowFileAccess) throws SQLException {
    try (Closer onFailure = new Closer()) {
      DuckParser parser = onFailure.add(DuckParser.open());
      SystemNames names;
      try (DuckDBConnection connection = connections.connect()) {
        names = SystemNames.read(connection);
      }
      Fence fence =
          new Fence(parser, new SerializedTree(connections::connect), names, allowFileAccess);
      onFailure.release();
      return fence;
    }
  }

  private Fence(
      DuckParser parser, SerializedTree trees, SystemNames names, boolean allowFileAccess) {
    this.parser = parser;
    this.names = names;
    this.trees = trees;
    this.functions = new Functions(names.functions(), allowFileAccess);
    this.systemTables = new SystemTables(names.views());
    this.allowFileAccess = allowFileAccess;
  }

  /** What the loaded DuckDB brings with it. */
  public SystemNames names() {
    return names;
  }

  /** DuckDB's tokens of what it has stored: definitions of views and macros. */
  public List<Token> tokens(String sql) {
    return parser.tokens(sql);
  }

  /**
   * @throws MallardException PERMISSION_DENIED, or INVALID_ARGUMENT with what to do instead
   */
  public JudgedText judge(String text) {
    return known.get(text, this::judgeAnew);
  }

  private JudgedText judgeAnew(String text) {
    ScreenedText screened = ScreenedText.of(text, parser);
    List<Token> tokens = one(screened.tokens());
    TextLimits.check(tokens);
    StatementKind words = new StatementKinds(allowFileAccess).of(tokens);
    String sql = screened.sql().substring(0, tokens.get(tokens.size() - 1).end());
    requireType(sql, tokens, words);
    Facts facts = facts(sql, tokens);
    StatementKind kind =
        facts.changes() && words == StatementKind.QUERY ? StatementKind.CHANGE : words;
    if (facts.changes() && words == StatementKind.EXPLAIN) {
      throw Refusal.of("EXPLAIN of a statement that is not a query", "");
    }
    return new JudgedText(sql, tokens, kind, judge(facts), names(facts));
  }

  private static Set<String> names(Facts facts) {
    return facts.calls().stream()
        .map(call -> call.function().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<Token> one(List<Token> tokens) {
    int end = tokens.size();
    while (end > 0 && tokens.get(end - 1).isSymbol(";")) {
      end--;
    }
    if (end == 0) {
      throw MallardException.invalid("SQL: the text is empty; send one statement");
    }
    List<Token> statement = List.copyOf(tokens.subList(0, end));
    if (statement.stream().anyMatch(token -> token.isSymbol(";"))) {
      throw MallardException.invalid(
          "SQL: there is more than one statement in the text; send them one by one");
    }
    return statement;
  }

  /** What our rules took the statement for, DuckDB's parser must take it for, too. */
  private void requireType(String sql, List<Token> tokens, StatementKind words) {
    List<StatementType> types = parser.statements(sql);
    if (types.size() != 1) {
      throw MallardException.invalid(
          "SQL: there is more than one statement in the text; send them one by one");
    }
    boolean fits =
        switch (types.get(0)) {
          case SELECT -> words == StatementKind.QUERY || words == StatementKind.CHANGE;
          case INSERT, UPDATE, DELETE, MERGE -> words == StatementKind.CHANGE;
          case CREATE, ALTER, DROP -> words == StatementKind.DEFINITION;
          case EXPLAIN -> words == StatementKind.EXPLAIN;
          case MULTI -> tokens.stream().anyMatch(Fence::isPivot);
          case COPY, EXPORT, PRAGMA, ATTACH, DETACH, COPY_DATABASE ->
              allowFileAccess && words == StatementKind.DEFINITION;
          case OTHER -> false;
        };
    if (!fits) {
      throw Refusal.of("a statement that begins with " + tokens.get(0).text(), "");
    }
  }

  private static boolean isPivot(Token token) {
    return token.is("pivot") || token.is("pivot_wider");
  }

  /** By DuckDB's own tree wherever there is one; what stands around a query by its tokens. */
  private Facts facts(String sql, List<Token> tokens) {
    Optional<Facts> tree = tokens.size() > MOST_FOR_TREE ? Optional.empty() : tree(sql, tokens);
    return tree.orElseGet(() -> TokenFacts.of(tokens, CreatedName.at(tokens)));
  }

  private Optional<Facts> tree(String sql, List<Token> tokens) {
    Token first = tokens.get(0);
    if (first.is("insert") || first.is("update") || first.is("delete")) {
      return tree("WITH statement AS (" + sql + "\n) SELECT 1");
    }
    if (first.is("explain")) {
      return tree(sql.substring(tokens.get(StatementKinds.explainedFrom(tokens)).start()));
    }
    if (first.is("create")) {
      int query = CreatedName.query(tokens);
      return query < 0
          ? Optional.empty()
          : tree(sql.substring(tokens.get(query).start()))
              .map(
                  facts ->
                      with(facts, TokenFacts.of(tokens.subList(0, query), CreatedName.at(tokens))));
    }
    return tree(sql);
  }

  private Optional<Facts> tree(String sql) {
    try {
      return trees.of(sql).map(TreeFacts::of);
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  private static Facts with(Facts query, Facts around) {
    Set<Facts.Call> calls = new HashSet<>(query.calls());
    calls.addAll(around.calls());
    return new Facts(calls, query.tables(), query.shown(), query.withNames(), query.changes());
  }

  /** What must exist for it to be let through. */
  private Set<DatasetTable> judge(Facts facts) {
    Set<DatasetTable> mustExist = new HashSet<>();
    for (Facts.Call call : facts.calls()) {
      functions.require(call.function(), call.asTable());
      if (Functions.takesTable(call.function())) {
        mustExist.add(told(call));
      }
    }
    for (Facts.Table table : facts.tables()) {
      systemTables.require(table.schema(), table.name());
      boolean isWith =
          table.schema().isEmpty()
              && facts.withNames().contains(table.name().toLowerCase(Locale.ROOT));
      if (!isWith && !allowFileAccess && FileNames.looksLikeOne(table)) {
        mustExist.add(named(table));
      }
    }
    facts.shown().forEach(table -> mustExist.add(named(table)));
    return Set.copyOf(mustExist);
  }

  private static DatasetTable named(Facts.Table table) {
    String schema = table.schema();
    boolean isNone =
        schema.isEmpty()
            || schema.equalsIgnoreCase(SqlMetadata.TABLES)
            || schema.equalsIgnoreCase(SqlMetadata.DATASETS);
    return new DatasetTable(isNone ? SqlMetadata.MAIN : schema, table.name());
  }

  /** The table that a function is told, as text. */
  private DatasetTable told(Facts.Call call) {
    String literal = call.literal();
    if (literal == null) {
      throw Refusal.of(
          "the function '" + call.function() + "' of what is not a plain string", "; use DESCRIBE");
    }
    List<Token> name = parser.tokens(literal);
    Token last = name.isEmpty() ? null : name.get(name.size() - 1);
    if (last == null || !last.isName()) {
      throw Refusal.of("the function '" + call.function() + "' of that name", "; use DESCRIBE");
    }
    String schema =
        name.size() >= 3 && name.get(name.size() - 3).isName()
            ? name.get(name.size() - 3).text()
            : "";
    systemTables.require(schema, last.text());
    return named(new Facts.Table(schema, last.text()));
  }

  @Override
  public void close() throws SQLException {
    trees.close();
    parser.close();
  }
}
