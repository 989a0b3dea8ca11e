/** Sessions: what a client has set, found again by a cookie. Knows no gRPC. */
@NullMarked
package dev.mallard.flight.session;

import org.jspecify.annotations.NullMarked;
