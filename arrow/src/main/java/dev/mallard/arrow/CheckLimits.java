package dev.mallard.arrow;

/**
 * What one message may ask for before it counts as an attack or a mistake.
 *
 * @param rows most rows of a record batch, or values of a dictionary
 * @param bufferBytes most bytes of one decompressed buffer
 * @param messageBytes most bytes of one decompressed message; also most bytes that the view columns
 *     of a message may stand for, because views can repeat the same bytes
 * @param ratio most decompressed bytes for one compressed byte of a message; Zstandard's format
 *     cannot pass about 33,000
 */
public record CheckLimits(long rows, long bufferBytes, long messageBytes, int ratio) {
  public static final CheckLimits DEFAULT =
      new CheckLimits(100_000_000L, 512L << 20, 1L << 30, 40_000);

  /** Codecs count in ints; a little room is left for what they add. */
  static final long MOST_BUFFER_BYTES = Integer.MAX_VALUE - (1L << 24);

  public CheckLimits {
    if (rows < 1 || bufferBytes < 1 || messageBytes < 1 || ratio < 1) {
      throw new IllegalArgumentException("limits: all must be at least 1");
    }
    rows = Math.min(rows, Integer.MAX_VALUE);
    bufferBytes = Math.min(bufferBytes, MOST_BUFFER_BYTES);
  }
}
