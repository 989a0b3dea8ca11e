package dev.mallard.parquet.internal.write;

import java.util.Arrays;

/**
 * Levels of a top-level column without lists or structs. Its definition levels are its validity
 * bitmap, which at a width of one bit is also what Parquet wants: so it is only copied.
 */
final class FlatLevels implements LevelBuilder {
  private final LevelStep.Presence presence;
  private long[] words = new long[512];
  private int entries;
  private int present;

  FlatLevels(LevelStep.Presence presence) {
    this.presence = presence;
  }

  @Override
  public void append(VectorView root, int from, int to, LeafSelection values) {
    int rows = to - from;
    ensure(rows);
    if (root.allNull()) {
      entries += rows;
      values.none(root);
      return;
    }
    int valid = root.validity() == 0 ? rows : Bits.count(root.validity(), from, to, root.count());
    if (valid == rows) {
      appendOnes(rows);
      values.range(root, from, rows);
    } else if (presence.nullable()) {
      appendBitmap(root, from, to, valid, values);
    } else {
      throw LevelBuilder.nullRefused(presence.path());
    }
    present += valid;
  }

  private void ensure(int more) {
    int needed = (int) (((long) entries + more + 63) / 64) + 1;
    if (needed > words.length) {
      words = Arrays.copyOf(words, Math.max(needed, words.length * 2));
    }
  }

  private void appendOnes(int count) {
    for (int done = 0; done < count; done += 64) {
      int step = Math.min(64, count - done);
      appendWord(step == 64 ? -1L : (1L << step) - 1, step);
    }
  }

  private void appendBitmap(VectorView root, int from, int to, int valid, LeafSelection values) {
    // One more than there are, because the branch-free loop writes before it knows.
    values.positions(root, valid + 1);
    int[] positions = values.positions;
    int found = 0;
    for (int at = from; at < to; at += 64) {
      int step = Math.min(64, to - at);
      long word = Bits.word(root.validity(), at, step, root.count());
      appendWord(word, step);
      for (int bit = 0; bit < step; bit++) {
        positions[found] = at + bit;
        found += (int) (word >>> bit & 1);
      }
    }
    values.count = valid;
  }

  private void appendWord(long word, int count) {
    int at = entries >>> 6;
    int shift = entries & 63;
    words[at] |= word << shift;
    if (shift + count > 64) {
      words[at + 1] |= word >>> (64 - shift);
    }
    entries += count;
  }

  @Override
  public int entries() {
    return entries;
  }

  @Override
  public void writeTo(OffHeapBuffer page, ByteSink scratch) {
    if (!presence.nullable()) {
      return;
    }
    scratch.clear();
    if (present == entries || present == 0) {
      RleEncoder.writeRun(present == 0 ? 0 : 1, entries, 1, scratch);
    } else {
      int bytes = (entries + 7) / 8;
      scratch.putVarInt(bytes << 1 | 1);
      scratch.putLongs(words, (bytes + 7) / 8);
      scratch.truncateBy(-bytes & 7);
    }
    page.putInt(scratch.size());
    page.put(scratch);
  }

  @Override
  public void clear() {
    Arrays.fill(words, 0, Math.min(words.length, (entries >>> 6) + 2), 0);
    entries = 0;
    present = 0;
  }
}
