package dev.mallard.parquet.internal.read;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.util.Arrays;

/**
 * The distinct values of one dictionary-encoded column over the whole file, in the order in which
 * they occur. Filled by one thread, then only read, by any.
 */
final class FileDictionary {
  private final String path;
  private final long maxSize;
  private final HeapBudget heap;
  private byte[] bytes = new byte[1024];
  private int[] ends = new int[64];
  private int size;
  private int[] table = new int[128];

  /**
   * @param maxSize how many values the index type can tell apart
   */
  FileDictionary(String path, long maxSize, HeapBudget heap) {
    this.heap = heap;
    this.path = path;
    this.maxSize = maxSize;
  }

  int size() {
    return size;
  }

  /** All values, back to back, {@link Bytes#SLACK} bytes behind them. */
  byte[] bytes() {
    return bytes;
  }

  /** Where value {@code id} begins; one more than the last is where all end. */
  int start(int id) {
    return ends[id];
  }

  /** The value's id, new if need be. */
  int add(byte[] source, int from, int length) {
    int slot = slot(source, from, length);
    if (table[slot] != 0) {
      return table[slot] - 1;
    }
    if (size >= maxSize) {
      throw new MallardException(
          ErrorCode.DATA_LOSS,
          "the column '"
              + path
              + "' has more than "
              + maxSize
              + " distinct values, which is all that its dictionary's index type can count;"
              + " write the file again with a wider index type");
    }
    append(source, from, length);
    table[slot] = size;
    if (size * 2 > table.length) {
      rehash();
    }
    return size - 1;
  }

  /** The value's id, or −1. */
  int find(byte[] source, int from, int length) {
    return table[slot(source, from, length)] - 1;
  }

  private int slot(byte[] source, int from, int length) {
    int mask = table.length - 1;
    int slot = hash(source, from, length) & mask;
    while (table[slot] != 0) {
      int id = table[slot] - 1;
      if (Arrays.equals(bytes, ends[id], ends[id + 1], source, from, from + length)) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private static int hash(byte[] source, int from, int length) {
    long hash = length;
    int at = 0;
    for (; at + 8 <= length; at += 8) {
      hash = (hash ^ Bytes.getLong(source, from + at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    for (; at < length; at++) {
      hash = (hash ^ source[from + at]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }

  private void append(byte[] source, int from, int length) {
    int end = ends[size];
    long needed = (long) end + length + Bytes.SLACK;
    if (needed > PageReader.MAX_PAGE_BYTES) {
      throw new MallardException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "the dictionary of column '" + path + "' takes more than " + needed + " bytes");
    }
    bytes = heap.grown(bytes, needed);
    if (size + 2 > ends.length) {
      ends = Arrays.copyOf(ends, ends.length * 2);
    }
    System.arraycopy(source, from, bytes, end, length);
    ends[++size] = end + length;
  }

  private void rehash() {
    heap.take(table.length * 8L);
    table = new int[table.length * 2];
    for (int id = 0; id < size; id++) {
      table[slot(bytes, ends[id], ends[id + 1] - ends[id])] = id + 1;
    }
  }
}
