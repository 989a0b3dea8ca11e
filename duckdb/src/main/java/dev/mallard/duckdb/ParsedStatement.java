package dev.mallard.duckdb;

import dev.mallard.duckdb.fence.StatementKind;
import dev.mallard.duckdb.fence.Token;
import dev.mallard.query.DatasetTable;
import java.util.List;
import java.util.Set;

/**
 * A statement that a user may send.
 *
 * @param sql the text
 * @param names what in it may be a dataset's name, also by way of users' views and macros
 */
record ParsedStatement(
    String sql, List<Token> tokens, StatementKind kind, Set<DatasetTable> names) {

  /** The same with types written into it. */
  ParsedStatement withSql(String text) {
    return new ParsedStatement(text, tokens, kind, names);
  }

  boolean isReading() {
    return kind == StatementKind.QUERY || kind == StatementKind.EXPLAIN;
  }

  /** Whether it may have a limit. */
  boolean isSelect() {
    Token first = tokens.get(0);
    return !first.is("describe")
        && !first.is("desc")
        && !first.is("show")
        && !first.is("summarize")
        && !first.is("explain");
  }

  /** Whether tables or views may have other names after it. */
  boolean mayName() {
    return kind == StatementKind.DEFINITION
        && (tokens.get(0).is("create") || tokens.get(0).is("alter"));
  }

  /** Whether it asks for the types of something and for no row of it. */
  boolean describes() {
    return TableListing.describes(tokens);
  }

  /** Whether functions may have other names after it. */
  boolean mayNameFunctions() {
    return tokens.stream().anyMatch(token -> token.is("macro") || token.is("function"));
  }

  /** Whether it asks what tables there are. */
  boolean listsTables() {
    return TableListing.isAskedFor(tokens);
  }
}
