package dev.mallard.flight.sql;

import java.time.Duration;

/**
 * What the server says of itself to Flight SQL clients.
 *
 * @param version of the server
 * @param readOnly whether nothing can be changed
 * @param statementTimeout how long an idle prepared statement is kept; zero for ever
 * @param transactionTimeout how long an idle transaction is kept; zero for ever
 */
public record ServerFacts(
    String version, boolean readOnly, Duration statementTimeout, Duration transactionTimeout) {}
