package dev.mallard.store;

/**
 * The moments of a change to the data folder at which a crash could be interesting, in the order in
 * which they pass.
 */
public enum CommitStep {
  STAGED_CREATED,
  STAGED_WRITTEN,
  STAGED_SYNCED,
  PREVIOUS_KEPT,
  BEFORE_RENAME,
  RENAMED,
  FOLDER_SYNCED,
  PRUNED,
  VERSIONS_DROPPED,
  CURRENT_DROPPED
}
