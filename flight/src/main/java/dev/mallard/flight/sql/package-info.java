/**
 * Flight SQL: its commands, decoded, and the answers to its metadata commands. Knows neither gRPC
 * nor how a call is served.
 */
@NullMarked
package dev.mallard.flight.sql;

import org.jspecify.annotations.NullMarked;
