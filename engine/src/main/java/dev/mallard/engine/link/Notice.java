package dev.mallard.engine.link;

/** What the engine says while it is at a request, and wants no answer to. */
public sealed interface Notice extends Said {
  /**
   * Everything is done but the commit, which is next.
   *
   * @param id is in the table of commits if, and only if, it has been done
   * @param count what the answer will be
   */
  record Committing(String id, long count) implements Notice {}
}
