package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.Token;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import dev.mallard.query.SqlMetadata;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a statement wants to change: never a dataset, and nothing in the datasets' catalog. */
final class ChangeTarget {
  private static final Set<String> VERBS =
      Set.of(
          "insert", "update", "delete", "merge", "truncate", "create", "drop", "alter", "comment");

  /** Words between the verb and the name. */
  private static final Set<String> FILLERS =
      Set.of(
          "or",
          "replace",
          "ignore",
          "into",
          "from",
          "temp",
          "temporary",
          "unique",
          "recursive",
          "table",
          "view",
          "schema",
          "sequence",
          "type",
          "index",
          "macro",
          "function",
          "column",
          "if",
          "not",
          "exists",
          "on",
          "only");

  private ChangeTarget() {}

  /** Whether a name is a dataset's. */
  interface Datasets {
    boolean contains(DatasetTable name);
  }

  /**
   * @param tokens of a statement that changes rows or definitions
   * @param inTransaction temporary tables live no longer than one
   * @throws MallardException ALREADY_EXISTS or FAILED_PRECONDITION with what to do instead
   */
  static void check(List<Token> tokens, Datasets datasets, boolean inTransaction) {
    int verb = 0;
    int depth = 0;
    while (verb < tokens.size() && (depth > 0 || !VERBS.contains(tokens.get(verb).lower()))) {
      depth += tokens.get(verb).isSymbol("(") ? 1 : 0;
      depth -= tokens.get(verb).isSymbol(")") ? 1 : 0;
      verb++;
    }
    int at = verb + 1;
    while (at < tokens.size()
        && tokens.get(at).kind() == Token.Kind.WORD
        && FILLERS.contains(tokens.get(at).lower())) {
      at++;
    }
    if (at >= tokens.size() || !tokens.get(at).isName()) {
      return;
    }
    boolean isCreate = tokens.get(verb).is("create");
    boolean isTemporary = isCreate && at > verb + 1 && isTemporary(tokens.subList(verb, at));
    if (isTemporary && !inTransaction) {
      throw MallardException.invalid(
          "SQL: a temporary table lives as long as a transaction, and there is none; begin one (ADBC:"
              + " autocommit off; JDBC: setAutoCommit(false)), or create an ordinary table");
    }
    boolean isRelation =
        !isCreate
            || tokens.subList(verb, at).stream()
                .anyMatch(token -> token.is("table") || token.is("view"));
    boolean isColumn = tokens.get(verb).is("comment") && tokens.get(at - 1).is("column");
    List<Token> name = isColumn ? withoutLastPart(tokens, at) : tokens;
    refuse(target(name, at), isCreate, isRelation && !isTemporary, datasets);
  }

  /** Of a column's name, the table's. */
  private static List<Token> withoutLastPart(List<Token> tokens, int at) {
    int last = at;
    while (last + 2 < tokens.size() && tokens.get(last + 1).isSymbol(".")) {
      last += 2;
    }
    return last == at ? tokens : tokens.subList(0, last - 1);
  }

  private static boolean isTemporary(List<Token> words) {
    return words.stream().anyMatch(word -> word.is("temp") || word.is("temporary"));
  }

  /**
   * @param catalog where it is said to be; null if nothing is said
   */
  private record Target(DatasetTable name, @Nullable String catalog) {
    boolean isIn(String wanted) {
      return wanted.equalsIgnoreCase(catalog);
    }
  }

  private static Target target(List<Token> tokens, int at) {
    String first = tokens.get(at).text();
    boolean isQualified = at + 2 < tokens.size() && tokens.get(at + 1).isSymbol(".");
    if (!isQualified) {
      boolean isCatalog = first.equalsIgnoreCase(SqlMetadata.DATASETS);
      return new Target(
          new DatasetTable(SqlMetadata.MAIN, first), isCatalog ? SqlMetadata.DATASETS : null);
    }
    String second = tokens.get(at + 2).text();
    if (first.equalsIgnoreCase(SqlMetadata.DATASETS)) {
      return new Target(new DatasetTable(first, second), SqlMetadata.DATASETS);
    }
    boolean hasCatalog = at + 4 < tokens.size() && tokens.get(at + 3).isSymbol(".");
    if (hasCatalog) {
      return new Target(new DatasetTable(second, tokens.get(at + 4).text()), first);
    }
    boolean isCatalog = first.equalsIgnoreCase(SqlMetadata.TABLES);
    return new Target(
        new DatasetTable(isCatalog ? SqlMetadata.MAIN : first, second), isCatalog ? first : null);
  }

  private static void refuse(
      Target target, boolean isCreate, boolean isRelation, Datasets datasets) {
    String name = target.name().dataset();
    if (target.isIn(SqlMetadata.DATASETS)) {
      throw new MallardException(
          ErrorCode.FAILED_PRECONDITION,
          "SQL: the catalog '"
              + SqlMetadata.DATASETS
              + "' holds the datasets, which are changed by uploading and dropping them (DoPut,"
              + " drop_dataset), not by SQL; tables are in '"
              + SqlMetadata.TABLES
              + "'");
    }
    boolean isTable = target.isIn(SqlMetadata.TABLES) && !isCreate;
    if (!isRelation || isTable || !datasets.contains(target.name())) {
      return;
    }
    if (isCreate) {
      throw new MallardException(
          ErrorCode.ALREADY_EXISTS,
          "SQL: there is a dataset '" + name + "'; choose another name, or drop the dataset");
    }
    throw new MallardException(
        ErrorCode.FAILED_PRECONDITION,
        "SQL: '"
            + name
            + "' is a dataset; replace it or append to it with DoPut, drop it with the action drop_dataset, or"
            + " copy it into a table with CREATE TABLE … AS SELECT");
  }
}
