package dev.mallard.flight.rpc;

import dev.mallard.arrow.CheckLimits;
import dev.mallard.arrow.MessageLimit;
import dev.mallard.flight.session.SessionLimits;
import dev.mallard.flight.sql.ServerFacts;

/**
 * How the service is to behave.
 *
 * @param messages batches are cut so that no message that is sent is much larger
 * @param readyThreshold bytes that may wait to be sent to one client before its stream is held
 * @param sqlUploads what messages to the SQL engine (parameters, bulk uploads) may ask for; the
 *     largest message is also the most that one call's parameters may take
 * @param sessions how many, and for how long
 * @param facts what Flight SQL clients are told of the server
 */
public record FlightOptions(
    MessageLimit messages,
    int readyThreshold,
    CheckLimits sqlUploads,
    SessionLimits sessions,
    ServerFacts facts) {}
