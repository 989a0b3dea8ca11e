/** What all calls have in common: headers, threads, cancellation, statuses. */
@NullMarked
package dev.mallard.flight.call;

import org.jspecify.annotations.NullMarked;
