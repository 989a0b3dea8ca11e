package dev.mallard.store;

import java.io.IOException;

/**
 * Called between the steps of a change. Tests fail, halt or wait here; the server's own does
 * nothing.
 */
@FunctionalInterface
public interface CommitHook {
  CommitHook NONE = step -> {};

  void reached(CommitStep step) throws IOException;
}
