package dev.mallard.duckdb;

/** Hears of commits before they are done. On the connection's thread. */
public interface CommitWitness {
  /**
   * All is done but the commit.
   *
   * @param id by which the engine knows later whether it was done
   * @param count of rows, which the statement or upload answers with; −1 where it has none
   */
  void committing(String id, long count);
}
