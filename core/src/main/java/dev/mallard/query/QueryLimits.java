package dev.mallard.query;

import java.time.Duration;

/**
 * What statements may use, all together and each.
 *
 * @param concurrent statements that run at a time
 * @param queued statements that may wait for their turn
 * @param perCaller statements of one caller that run or wait; 0 for no limit but those above
 * @param timeout of a statement, waiting included; zero for none
 * @param transactionIdle after which an abandoned transaction is rolled back
 * @param streamIdle after which a result that nobody reads is moved out of the engine's way
 * @param statementIdle after which a prepared statement is forgotten
 * @param spoolLease how long a spooled result is kept
 * @param spoolMemoryBytes the most that spooled results may take in memory, all together
 */
public record QueryLimits(
    int concurrent,
    int queued,
    int perCaller,
    Duration timeout,
    Duration transactionIdle,
    Duration streamIdle,
    Duration statementIdle,
    Duration spoolLease,
    long spoolMemoryBytes) {}
