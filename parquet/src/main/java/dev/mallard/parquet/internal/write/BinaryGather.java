package dev.mallard.parquet.internal.write;

import dev.mallard.error.MallardException;
import dev.mallard.parquet.internal.write.VectorView.Block;
import dev.mallard.parquet.internal.write.VectorView.OffsetKind;
import org.apache.arrow.memory.util.MemoryUtil;

/** Finds the bytes of variable-length values; every address that comes out was checked. */
final class BinaryGather {
  private static final int VIEW_BYTES = 16;
  private static final int INLINE_BYTES = 12;

  private BinaryGather() {}

  /** Fills in where the selected values are and how long, and returns the sum of the lengths. */
  static long gather(
      WriterColumn column, LeafSelection selection, long[] addresses, int[] lengths, int at) {
    if (selection.leaf.offsetKind() == OffsetKind.NONE) {
      return views(column, selection, addresses, lengths, at);
    }
    return selection.leaf.offsetKind() == OffsetKind.INT && selection.contiguous
        ? contiguous(column, selection, addresses, lengths, at)
        : offsets(column, selection, addresses, lengths, at);
  }

  private static long contiguous(
      WriterColumn column, LeafSelection selection, long[] addresses, int[] lengths, int at) {
    VectorView view = selection.leaf;
    if (selection.count == 0) {
      return 0;
    }
    long data = view.data();
    long offsets = view.offsets() + selection.first * 4L;
    int start = MemoryUtil.getInt(offsets);
    int first = start;
    int ordered = start;
    for (int i = 0; i < selection.count; i++) {
      int end = MemoryUtil.getInt(offsets + (i + 1) * 4L);
      addresses[at + i] = data + start;
      int length = end - start;
      lengths[at + i] = length;
      ordered |= length;
      start = end;
    }
    // All lengths positive from a positive start: so nothing lies beyond the last offset.
    if (ordered < 0 || start > view.dataBytes()) {
      throw damaged(column);
    }
    return start - first;
  }

  private static long offsets(
      WriterColumn column, LeafSelection selection, long[] addresses, int[] lengths, int at) {
    VectorView view = selection.leaf;
    long total = 0;
    for (int i = 0; i < selection.count; i++) {
      int position = selection.position(i);
      long start = view.offset(position);
      long end = view.offset(position + 1);
      if (start < 0 || end < start || end > view.dataBytes() || end - start > Integer.MAX_VALUE) {
        throw damaged(column);
      }
      addresses[at + i] = view.data() + start;
      lengths[at + i] = (int) (end - start);
      total += end - start;
    }
    return total;
  }

  private static long views(
      WriterColumn column, LeafSelection selection, long[] addresses, int[] lengths, int at) {
    VectorView view = selection.leaf;
    long total = 0;
    for (int i = 0; i < selection.count; i++) {
      long entry = view.data() + (long) selection.position(i) * VIEW_BYTES;
      int length = MemoryUtil.getInt(entry);
      lengths[at + i] = length;
      addresses[at + i] =
          length >= 0 && length <= INLINE_BYTES
              ? entry + 4
              : outOfLine(column, view, entry, length);
      total += length;
    }
    return total;
  }

  private static long outOfLine(WriterColumn column, VectorView view, long entry, int length) {
    int block = MemoryUtil.getInt(entry + 8);
    int offset = MemoryUtil.getInt(entry + 12);
    Block[] blocks = view.blocks();
    if (length < 0 || block < 0 || block >= blocks.length || offset < 0) {
      throw damaged(column);
    }
    if ((long) offset + length > blocks[block].size()) {
      throw damaged(column);
    }
    return blocks[block].address() + offset;
  }

  private static MallardException damaged(WriterColumn column) {
    return MallardException.invalid("column '" + column.name() + "' has damaged offsets");
  }
}
