package dev.mallard.duckdb.fence;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text uses.
 *
 * @param tables that it reads, and the names of its WITH clauses where these cannot be told apart
 * @param shown what SHOW is asked for: a table, or perhaps a setting
 * @param withNames names that its WITH clauses give, in lower case
 * @param changes whether something inside of it changes rows
 */
record Facts(
    Set<Call> calls, Set<Table> tables, Set<Table> shown, Set<String> withNames, boolean changes) {

  /**
   * @param asTable whether rows are selected from it
   * @param literal the first argument, if it is a string
   */
  record Call(String function, boolean asTable, @Nullable String literal) {}

  /**
   * A name as written.
   *
   * @param schema empty if none is said
   */
  record Table(String schema, String name) {}
}
