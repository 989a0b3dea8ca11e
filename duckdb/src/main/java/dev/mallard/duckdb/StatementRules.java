package dev.mallard.duckdb;

import dev.mallard.access.Caller;
import dev.mallard.access.Right;
import dev.mallard.duckdb.fence.JudgedText;
import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.duckdb.fence.Token;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.DatasetTable;
import java.util.Locale;
import java.util.Set;

/** Who may send what the fence lets through. */
final class StatementRules {
  /** What a query changes something with. */
  private static final Set<String> CHANGING_FUNCTIONS = Set.of("nextval", "setval");

  private StatementRules() {}

  /**
   * @param readOnly whether nobody may change tables
   * @throws MallardException PERMISSION_DENIED
   */
  static void check(JudgedText text, Caller caller, boolean readOnly) {
    text.tokens().stream().filter(Token::isName).forEach(name -> requireUsers(name.text()));
    if (text.kind() == StatementKind.CHANGE || text.kind() == StatementKind.DEFINITION) {
      caller.require(
          Right.WRITE,
          "run "
              + text.tokens().get(0).text().toUpperCase(Locale.ROOT)
              + " if that changes something");
      if (readOnly) {
        throw readOnly();
      }
    }
  }

  /**
   * Refuses queries that change something by what they call, themselves or by way of a view or a
   * macro. A column of that name is refused as well.
   *
   * @param names all that a statement may mean by a name
   */
  static void checkCalls(Set<DatasetTable> names, Caller caller) {
    for (DatasetTable name : names) {
      if (CHANGING_FUNCTIONS.contains(name.table().toLowerCase(Locale.ROOT))) {
        caller.require(Right.WRITE, "call " + name.table() + ", which changes a sequence");
      }
    }
  }

  /**
   * Refuses the name of the schema that is the server's own.
   *
   * @throws MallardException PERMISSION_DENIED
   */
  static void requireUsers(String name) {
    if (name.equalsIgnoreCase(CommitIds.SCHEMA)) {
      throw new MallardException(
          ErrorCode.PERMISSION_DENIED,
          "SQL: '" + name + "' is the server's own; choose another name");
    }
  }

  static MallardException readOnly() {
    return new MallardException(
        ErrorCode.PERMISSION_DENIED,
        "this server is read-only: start it without --read-only to change tables");
  }
}
