@org.jspecify.annotations.NullMarked
package dev.mallard.flight.wire;
