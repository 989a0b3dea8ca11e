/** The Arrow Flight service: its methods, put together. */
@NullMarked
package dev.mallard.flight.rpc;

import org.jspecify.annotations.NullMarked;
