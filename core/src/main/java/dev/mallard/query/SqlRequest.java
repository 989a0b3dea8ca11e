package dev.mallard.query;

import dev.mallard.access.Caller;
import org.jspecify.annotations.Nullable;

/**
 * One statement as a client sends it.
 *
 * @param sql the text; one statement
 * @param transaction id of the transaction that it belongs to; null commits by itself
 */
public record SqlRequest(String sql, @Nullable String transaction, SessionOptions session) {
  /** Who sends it. */
  public Caller caller() {
    return session.caller();
  }

  /** The same, sent by another caller of the name that it belongs to. */
  public SqlRequest from(Caller who) {
    return new SqlRequest(sql, transaction, session.from(who, session.client()));
  }
}
