/** DoGet: what a ticket names, pumped to the client at its pace. */
@NullMarked
package dev.mallard.flight.get;

import org.jspecify.annotations.NullMarked;
