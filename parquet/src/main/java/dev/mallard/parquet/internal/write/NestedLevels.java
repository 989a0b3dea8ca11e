package dev.mallard.parquet.internal.write;

import dev.mallard.error.MallardException;
import java.util.Arrays;

/**
 * Levels of a column inside lists and structs. Goes down step by step with all entries at once:
 * each entry is a definition level, a repetition level and its index in the vector that the step
 * has come to, or −1 once it has ended in a null or an empty list.
 */
final class NestedLevels implements LevelBuilder {
  private static final int ENDED = -1;

  /** Keeps one row of a hostile batch from taking the heap: about 500 MB at the limit. */
  private static final int MAX_ENTRIES = 1 << 24;

  private final WriterColumn column;
  private byte[] definitions = new byte[1024];
  private byte[] repetitions = new byte[1024];
  private int entries;

  /** Of the range that is being appended; the second set is what a list's step fills. */
  private int[] indexes = new int[1024];

  private byte[] levels = new byte[1024];
  private byte[] repeats = new byte[1024];
  private int[] nextIndexes = new int[1024];
  private byte[] nextLevels = new byte[1024];
  private byte[] nextRepeats = new byte[1024];
  private int size;

  NestedLevels(WriterColumn column) {
    this.column = column;
  }

  @Override
  public void append(VectorView root, int from, int to, LeafSelection values) {
    begin(from, to);
    VectorView view = root;
    for (LevelStep step : column.steps()) {
      if (step instanceof LevelStep.Presence presence) {
        checkPresence(view, presence);
      } else if (step instanceof LevelStep.Repetition repetition) {
        expand(view, repetition);
        view = view.children()[0];
      } else if (step instanceof LevelStep.Child child) {
        view = view.children()[child.index()];
      }
    }
    select(view, values);
    keep();
  }

  private void begin(int from, int to) {
    size = to - from;
    if (indexes.length < size) {
      indexes = new int[size];
      levels = new byte[size];
      repeats = new byte[size];
    }
    for (int i = 0; i < size; i++) {
      indexes[i] = from + i;
    }
    Arrays.fill(levels, 0, size, (byte) 0);
    Arrays.fill(repeats, 0, size, (byte) 0);
  }

  private void checkPresence(VectorView view, LevelStep.Presence presence) {
    if (view.allNull()) {
      Arrays.fill(indexes, 0, size, ENDED);
    } else if (!presence.nullable()) {
      requireAll(view, presence);
    } else if (view.validity() == 0) {
      for (int i = 0; i < size; i++) {
        levels[i] += (byte) (indexes[i] >>> 31 ^ 1);
      }
    } else {
      long bitmap = view.validity();
      for (int i = 0; i < size; i++) {
        int index = indexes[i];
        if (index >= 0) {
          boolean valid = Bits.isSet(bitmap, index);
          levels[i] += (byte) (valid ? 1 : 0);
          indexes[i] = valid ? index : ENDED;
        }
      }
    }
  }

  private void requireAll(VectorView view, LevelStep.Presence presence) {
    if (view.validity() == 0) {
      return;
    }
    for (int i = 0; i < size; i++) {
      if (indexes[i] >= 0 && !Bits.isSet(view.validity(), indexes[i])) {
        throw LevelBuilder.nullRefused(presence.path());
      }
    }
  }

  private void expand(VectorView list, LevelStep.Repetition step) {
    ensureNext(expandedSize(list, step));
    byte repetition = (byte) step.repetitionLevel();
    int out = 0;
    for (int i = 0; i < size; i++) {
      int index = indexes[i];
      int first = index < 0 ? 0 : (int) list.offset(index);
      int end = index < 0 ? 0 : (int) list.offset(index + 1);
      nextRepeats[out] = repeats[i];
      if (first == end) {
        nextLevels[out] = levels[i];
        nextIndexes[out++] = ENDED;
        continue;
      }
      byte level = (byte) (levels[i] + 1);
      nextLevels[out] = level;
      nextIndexes[out++] = first;
      for (int element = first + 1; element < end; element++) {
        nextRepeats[out] = repetition;
        nextLevels[out] = level;
        nextIndexes[out++] = element;
      }
    }
    size = out;
    swap();
  }

  private int expandedSize(VectorView list, LevelStep.Repetition step) {
    int elements = list.children()[0].count();
    long total = 0;
    for (int i = 0; i < size; i++) {
      int index = indexes[i];
      if (index < 0) {
        total++;
        continue;
      }
      long first = list.offset(index);
      long end = list.offset(index + 1);
      if (first < 0 || end < first || end > elements) {
        throw MallardException.invalid("column '" + step.path() + "' has damaged list offsets");
      }
      total += Math.max(1, end - first);
    }
    return checkedSize(total);
  }

  private int checkedSize(long total) {
    if (total > MAX_ENTRIES) {
      throw MallardException.invalid(
          "column '"
              + column.name()
              + "' has a row with more than "
              + MAX_ENTRIES
              + " values; store the dataset as Feather: use a name that ends in .feather");
    }
    return (int) total;
  }

  private void ensureNext(int needed) {
    if (nextIndexes.length < needed) {
      int length =
          (int) Math.min(Integer.MAX_VALUE - 64, Math.max(needed, 2L * nextIndexes.length));
      nextIndexes = new int[length];
      nextLevels = new byte[length];
      nextRepeats = new byte[length];
    }
  }

  private void swap() {
    int[] oldIndexes = indexes;
    indexes = nextIndexes;
    nextIndexes = oldIndexes;
    byte[] oldLevels = levels;
    levels = nextLevels;
    nextLevels = oldLevels;
    byte[] oldRepeats = repeats;
    repeats = nextRepeats;
    nextRepeats = oldRepeats;
  }

  private void select(VectorView leaf, LeafSelection values) {
    // One more than there can be, because the branch-free loop writes before it knows.
    values.positions(leaf, size + 1);
    int[] positions = values.positions;
    int found = 0;
    for (int i = 0; i < size; i++) {
      positions[found] = indexes[i];
      found += indexes[i] >>> 31 ^ 1;
    }
    values.count = found;
    if (found > 0 && positions[found - 1] - positions[0] == found - 1) {
      values.range(leaf, positions[0], found);
    }
  }

  private void keep() {
    int total = checkedSize(size) + entries;
    if (definitions.length < total) {
      int length = (int) Math.min(Integer.MAX_VALUE - 64, Math.max(total, 2L * definitions.length));
      definitions = Arrays.copyOf(definitions, length);
      repetitions = Arrays.copyOf(repetitions, length);
    }
    System.arraycopy(levels, 0, definitions, entries, size);
    System.arraycopy(repeats, 0, repetitions, entries, size);
    entries = total;
  }

  @Override
  public int entries() {
    return entries;
  }

  @Override
  public void writeTo(OffHeapBuffer page, ByteSink scratch) {
    write(repetitions, column.maxRepetition(), page, scratch);
    write(definitions, column.maxDefinition(), page, scratch);
  }

  private void write(byte[] levels, int max, OffHeapBuffer page, ByteSink scratch) {
    if (max == 0) {
      return;
    }
    scratch.clear();
    RleEncoder.encodeLevels(levels, entries, RleEncoder.bitWidth(max), scratch);
    page.putInt(scratch.size());
    page.put(scratch);
  }

  @Override
  public void clear() {
    entries = 0;
  }
}
