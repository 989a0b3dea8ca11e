package dev.mallard.catalog;

/**
 * Names that something else has which shares the datasets' namespace: a new dataset must not take
 * them. Thread-safe.
 */
@FunctionalInterface
public interface OtherNames {
  OtherNames NONE = name -> false;

  /** Whether a new dataset of this name, which has no extension, would hide something. */
  boolean isTaken(DatasetName name);
}
