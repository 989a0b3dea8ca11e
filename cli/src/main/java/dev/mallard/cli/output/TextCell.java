package dev.mallard.cli.output;

import org.apache.arrow.vector.ValueVector;

/**
 * The values of one vector as text; whoever writes them decides how they are quoted and what a null
 * looks like. Not thread-safe.
 */
abstract class TextCell {
  /** How its values look. */
  enum Look {
    /** Digits, which stand at the right. */
    NUMBER,
    /** Nothing that would need quotes in any format. */
    PLAIN,
    /** May hold anything. */
    TEXT
  }

  /** Appends a value that is not null. */
  @FunctionalInterface
  interface Writer {
    void write(int row, TextBuffer out);
  }

  private final ValueVector vector;
  private final Look look;

  TextCell(ValueVector vector, Look look) {
    this.vector = vector;
    this.look = look;
  }

  static TextCell of(ValueVector vector, Look look, Writer writer) {
    return new TextCell(vector, look) {
      @Override
      void write(int row, TextBuffer out) {
        writer.write(row, out);
      }
    };
  }

  final Look look() {
    return look;
  }

  boolean isNull(int row) {
    return vector.isNull(row);
  }

  /** Appends the value of a row that is not null. */
  abstract void write(int row, TextBuffer out);
}
