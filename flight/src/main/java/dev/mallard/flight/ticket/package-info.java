/** What clients ask for, decoded once: tickets and descriptors. */
@NullMarked
package dev.mallard.flight.ticket;

import org.jspecify.annotations.NullMarked;
