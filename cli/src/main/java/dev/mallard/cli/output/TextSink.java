package dev.mallard.cli.output;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows as lines of text, each cell by its column's {@link TextCell}. */
abstract class TextSink extends VectorSink {
  private static final int FLUSH_BYTES = 256 * 1024;

  private final OutputStream target;
  private final TextBuffer text = new TextBuffer(FLUSH_BYTES + 16 * 1024);
  private final TextCell[] cells;

  TextSink(Schema schema, BufferAllocator allocator, OutputStream target) {
    super(schema, allocator);
    this.target = target;
    TextCells kinds = new TextCells(dictionaries(), ' ');
    this.cells =
        root().getFieldVectors().stream()
            .map((FieldVector vector) -> kinds.of(vector))
            .toArray(TextCell[]::new);
  }

  final TextCell[] cells() {
    return cells;
  }

  final TextBuffer text() {
    return text;
  }

  @Override
  final void writeRows(int rows) throws IOException {
    for (int row = 0; row < rows; row++) {
      writeRow(row);
      if (text.length() >= FLUSH_BYTES) {
        text.drainTo(target);
      }
    }
  }

  /** Appends one row with its line end. */
  abstract void writeRow(int row);

  @Override
  public void finish() throws IOException {
    text.drainTo(target);
    target.flush();
  }
}
