/** ListFlights, GetFlightInfo, GetSchema and PollFlightInfo: what there is and how it is read. */
@NullMarked
package dev.mallard.flight.info;

import org.jspecify.annotations.NullMarked;
