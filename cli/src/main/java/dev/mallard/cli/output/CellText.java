package dev.mallard.cli.output;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** The values of a vector as people read them. Not thread-safe. */
public final class CellText {
  private final TextCell cell;
  private final TextBuffer buffer = new TextBuffer(64);

  public CellText(FieldVector vector, DictionaryProvider dictionaries) {
    this.cell = new TextCells(dictionaries, ' ').of(vector);
  }

  public boolean isNull(int row) {
    return cell.isNull(row);
  }

  /** Of a row that is not null. */
  public String text(int row) {
    buffer.truncate(0);
    cell.write(row, buffer);
    return buffer.text(0);
  }
}
