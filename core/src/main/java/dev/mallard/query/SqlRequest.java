package dev.mallard.query;

import org.jspecify.annotations.Nullable;

/**
 * One statement as a client sends it.
 *
 * @param sql the text; one statement
 * @param transaction id of the transaction that it belongs to; null commits by itself
 */
public record SqlRequest(String sql, @Nullable String transaction, SessionOptions session) {}
