/** FlightData as server and client send it. */
@org.jspecify.annotations.NullMarked
package dev.mallard.wire;
