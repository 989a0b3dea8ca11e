package dev.mallard.arrow;

import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/** Which rows of a column are there; everything if it has no bitmap. Does not own the bitmap. */
record Validity(@Nullable ArrowBuf bitmap) {
  static final Validity ALL = new Validity(null);

  boolean isSet(long row) {
    return bitmap == null || Bits.get(bitmap, row);
  }
}
