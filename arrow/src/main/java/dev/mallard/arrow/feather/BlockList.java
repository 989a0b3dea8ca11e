package dev.mallard.arrow.feather;

import java.util.Arrays;

/** Blocks in 20 bytes each: a file may have millions. Grows only while one thread builds it. */
final class BlockList {
  private long[] offsets = new long[8];
  private int[] metadataLengths = new int[8];
  private long[] bodyLengths = new long[8];
  private int size;

  int size() {
    return size;
  }

  void add(Block block) {
    if (size == offsets.length) {
      int grown = size + (size >> 1) + 8;
      offsets = Arrays.copyOf(offsets, grown);
      metadataLengths = Arrays.copyOf(metadataLengths, grown);
      bodyLengths = Arrays.copyOf(bodyLengths, grown);
    }
    offsets[size] = block.offset();
    metadataLengths[size] = block.metadataLength();
    bodyLengths[size] = block.bodyLength();
    size++;
  }

  Block get(int index) {
    return new Block(offsets[index], metadataLengths[index], bodyLengths[index]);
  }
}
