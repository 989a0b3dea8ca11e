/** DoAction and ListActions. */
@NullMarked
package dev.mallard.flight.actions;

import org.jspecify.annotations.NullMarked;
