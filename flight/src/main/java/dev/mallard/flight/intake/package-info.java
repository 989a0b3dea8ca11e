/** How much may come in at once. */
@org.jspecify.annotations.NullMarked
package dev.mallard.flight.intake;
