/**
 * Synthetic tables, always the same for the same seed: for trying out, for tests and for
 * benchmarks.
 */
@org.jspecify.annotations.NullMarked
package dev.mallard.generate;
