package dev.mallard.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * XXH64: 64 bits that differ if the content does, at the speed of memory. Not for what somebody
 * might forge.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">Specification</a>
 */
final class XxHash64 {
  private static final long P1 = 0x9E3779B185EBCA87L;
  private static final long P2 = 0xC2B2AE3D27D4EB4FL;
  private static final long P3 = 0x165667B19E3779F9L;
  private static final long P4 = 0x85EBCA77C2B2AE63L;
  private static final long P5 = 0x27D4EB2F165667C5L;

  private XxHash64() {}

  /** Of what remains in the buffer. */
  static long hash(ByteBuffer content, long seed) {
    ByteBuffer bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
    int length = bytes.remaining();
    long hash = length >= 32 ? stripes(bytes, seed) : seed + P5;
    hash += length;
    while (bytes.remaining() >= 8) {
      hash = Long.rotateLeft(hash ^ round(0, bytes.getLong()), 27) * P1 + P4;
    }
    if (bytes.remaining() >= 4) {
      hash = Long.rotateLeft(hash ^ Integer.toUnsignedLong(bytes.getInt()) * P1, 23) * P2 + P3;
    }
    while (bytes.hasRemaining()) {
      hash = Long.rotateLeft(hash ^ Byte.toUnsignedLong(bytes.get()) * P5, 11) * P1;
    }
    return avalanche(hash);
  }

  private static long stripes(ByteBuffer bytes, long seed) {
    long a = seed + P1 + P2;
    long b = seed + P2;
    long c = seed;
    long d = seed - P1;
    while (bytes.remaining() >= 32) {
      a = round(a, bytes.getLong());
      b = round(b, bytes.getLong());
      c = round(c, bytes.getLong());
      d = round(d, bytes.getLong());
    }
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * P2, 31) * P1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * P1 + P4;
  }

  private static long avalanche(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * P2;
    mixed = (mixed ^ (mixed >>> 29)) * P3;
    return mixed ^ (mixed >>> 32);
  }
}
