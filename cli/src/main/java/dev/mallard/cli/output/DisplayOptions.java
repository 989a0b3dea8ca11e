package dev.mallard.cli.output;

/**
 * How results are shown.
 *
 * @param maxRows rows that are shown; 0 for all
 * @param columns width to fit into; 0 for as wide as it takes
 * @param maxCell characters of a value that are shown
 */
public record DisplayOptions(int maxRows, int columns, int maxCell) {
  public static final int DEFAULT_ROWS = 40;
  public static final int DEFAULT_CELL = 60;
  public static final DisplayOptions DEFAULT = new DisplayOptions(DEFAULT_ROWS, 0, DEFAULT_CELL);
}
