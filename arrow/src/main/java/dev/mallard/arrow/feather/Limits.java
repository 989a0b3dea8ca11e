package dev.mallard.arrow.feather;

/** What is kept in memory whole, and so must have a limit that a damaged length cannot pass. */
final class Limits {
  /** About 2.5 million batches. */
  static final int FOOTER_BYTES = 64 << 20;

  /** A million columns. */
  static final int HEADER_BYTES = 64 << 20;

  /** Record and dictionary batches that a file may get, so that its footer stays within limits. */
  static final int BLOCKS = 2_000_000;

  private Limits() {}
}
