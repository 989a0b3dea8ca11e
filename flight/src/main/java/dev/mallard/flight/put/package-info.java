/** DoPut: what a client sends, and where it goes. */
@NullMarked
package dev.mallard.flight.put;

import org.jspecify.annotations.NullMarked;
