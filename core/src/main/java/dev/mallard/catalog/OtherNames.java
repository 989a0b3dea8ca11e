package dev.mallard.catalog;

import java.util.Optional;

/**
 * Names that something else has which shares the datasets' namespace: a new dataset must not take
 * them. Thread-safe.
 */
@FunctionalInterface
public interface OtherNames {
  OtherNames NONE = name -> false;

  /** A name that is kept for a dataset. */
  interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps a name for a dataset that is about to be, until it is there: nothing else can take it in
   * between.
   *
   * @return empty if something else is about to take it
   */
  default Optional<Kept> keep(DatasetName name) {
    return Optional.of(() -> {});
  }

  /** Whether a new dataset of this name, which has no extension, would hide something. */
  boolean isTaken(DatasetName name);
}
