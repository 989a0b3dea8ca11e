package dev.mallard.duckdb;

/**
 * How much stack the threads have on which statements are prepared and run. DuckDB parses, binds
 * and optimizes by recursion on its caller's stack, as deep as its setting {@code
 * max_expression_depth} says, and a stack that is too small is the end of the process. Measured
 * with DuckDB 2.0 on Linux x86-64, for the worst statements that were found (operators, functions,
 * sub-queries, EXISTS, WITH, views over views, macros, JSON arrows, one inside the other): a depth
 * of 530 needs up to 1 MiB, of 1,000 up to 4 MiB.
 */
public enum StatementStack {
  /** What Java gives a thread by default: 1 MiB. */
  DEFAULT(400),
  /** {@link #BYTES} each. */
  DEEP(1_000);

  /** What a thread of {@link #DEEP} needs, with room to spare. */
  public static final long BYTES = 8 << 20;

  private final int depth;

  StatementStack(int depth) {
    this.depth = depth;
  }

  /** What {@code max_expression_depth} may be. */
  int depth() {
    return depth;
  }
}
