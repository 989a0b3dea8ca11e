package dev.mallard.catalog;

/** What an upload does to a dataset of its name. */
public enum PutMode {
  /** Creates it, or takes the place of what is there. */
  REPLACE,
  /** Adds rows to what is there. */
  APPEND
}
