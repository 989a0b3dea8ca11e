package dev.mallard.parquet.internal.write;

import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.write.VectorView.Codes;
import java.util.Arrays;

/**
 * From the indices of an Arrow dictionary to values or to indices of the Parquet dictionary. Each
 * value of an Arrow dictionary is looked at once, however often it is used.
 */
final class CodeTable {
  private static final int UNSEEN = -1;
  private static final int ASKED_FOR = -2;

  private final WriterColumn column;
  private final LeafSelection unseen = new LeafSelection();
  private final LeafSelection resolved = new LeafSelection();

  /** Parquet index of each Arrow index. */
  private int[] indexes = new int[0];

  private int[] newIndexes = new int[256];
  private VectorView dictionary = unseen.leaf;

  CodeTable(WriterColumn column) {
    this.column = column;
  }

  /** The selected values, as positions in the dictionary. */
  LeafSelection resolve(LeafSelection selection, VectorView values) {
    resolved.positions(values, selection.count);
    readCodes(selection, values, resolved.positions);
    return resolved;
  }

  /** Puts Parquet dictionary indices to {@code out}; leaves the page's values empty. */
  void encode(
      LeafSelection selection, VectorView values, PageValues pageValues, int[] out, int at) {
    use(values);
    int[] codes = resolve(selection, values).positions;
    collectUnseen(codes, selection.count, values);
    if (unseen.count > 0) {
      pageValues.append(unseen);
      if (newIndexes.length < unseen.count) {
        newIndexes = new int[unseen.count * 2];
      }
      pageValues.encode(newIndexes, 0);
      pageValues.clearPage();
      for (int i = 0; i < unseen.count; i++) {
        indexes[unseen.positions[i]] = newIndexes[i];
      }
    }
    for (int i = 0; i < selection.count; i++) {
      out[at + i] = indexes[codes[i]];
    }
  }

  private void use(VectorView values) {
    boolean same =
        values.data() == dictionary.data()
            && values.offsets() == dictionary.offsets()
            && values.count() == dictionary.count()
            && values.blocks().length == dictionary.blocks().length;
    if (same) {
      return;
    }
    dictionary = values;
    if (indexes.length < values.count()) {
      indexes = new int[values.count()];
    }
    Arrays.fill(indexes, 0, values.count(), UNSEEN);
  }

  private void collectUnseen(int[] codes, int count, VectorView values) {
    unseen.positions(values, Math.min(count, values.count()));
    int found = 0;
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      if (indexes[code] == UNSEEN) {
        indexes[code] = ASKED_FOR;
        unseen.positions[found++] = code;
      }
    }
    unseen.count = found;
  }

  private void readCodes(LeafSelection selection, VectorView values, int[] out) {
    VectorView view = selection.leaf;
    Codes form = view.codes();
    if (form == null) {
      throw new IllegalStateException("no dictionary indices");
    }
    long size = values.count();
    for (int i = 0; i < selection.count; i++) {
      long code = view.code(selection.position(i), form);
      if (code < 0 || code >= size) {
        throw MallardException.invalid(
            "column '"
                + column.name()
                + "' has the dictionary index "
                + code
                + " (expected: 0 to "
                + (size - 1)
                + ")");
      }
      out[i] = (int) code;
    }
  }
}
