package dev.mallard.parquet.internal.write;

import dev.mallard.arrow.file.UnstorableColumn;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import java.nio.ByteOrder;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.parquet.format.Type;

/**
 * Fetches the values of INT32, INT64, FLOAT and DOUBLE columns from Arrow memory into longs, as
 * they are stored: widened by sign or zeros, floating-point values as their bits.
 */
final class LongGather {
  private static final long MILLIS_PER_DAY = 86_400_000;
  private static final int COPY_VALUES = 1 << 20;

  private LongGather() {}

  /** Fills {@code out} from {@code at} on with the selected values. */
  static void gather(WriterColumn column, LeafSelection selection, long[] out, int at) {
    LeafType type = column.type();
    VectorView view = selection.leaf;
    int count = selection.count;
    if (count == 0) {
      return;
    }
    switch (type.source()) {
      case DECIMAL -> decimals(column, selection, out, at);
      case UNSIGNED -> {
        fetch(view, type.sourceWidth(), selection, out, at);
        clearSign(type.sourceWidth(), out, at, count);
      }
      case SECONDS_TO_MILLIS -> {
        fetch(view, type.sourceWidth(), selection, out, at);
        toMillis(column, out, at, count);
      }
      case MILLIS_TO_DAYS -> {
        fetch(view, type.sourceWidth(), selection, out, at);
        toDays(column, out, at, count);
      }
      default -> fetch(view, type.sourceWidth(), selection, out, at);
    }
  }

  private static void fetch(
      VectorView view, int width, LeafSelection selection, long[] out, int at) {
    switch (width) {
      case 1 -> fetchBytes(view.data(), selection, out, at);
      case 2 -> fetchShorts(view.data(), selection, out, at);
      case 4 -> fetchInts(view.data(), selection, out, at);
      case 8 -> fetchLongs(view.data(), selection, out, at);
      default -> throw new IllegalArgumentException("width: " + width);
    }
  }

  private static void fetchBytes(long data, LeafSelection selection, long[] out, int at) {
    for (int i = 0; i < selection.count; i++) {
      out[at + i] = MemoryUtil.getByte(data + selection.position(i));
    }
  }

  private static void fetchShorts(long data, LeafSelection selection, long[] out, int at) {
    for (int i = 0; i < selection.count; i++) {
      out[at + i] = MemoryUtil.getShort(data + selection.position(i) * 2L);
    }
  }

  private static void fetchInts(long data, LeafSelection selection, long[] out, int at) {
    int count = selection.count;
    if (selection.contiguous) {
      long from = data + selection.first * 4L;
      for (int i = 0; i < count; i++) {
        out[at + i] = MemoryUtil.getInt(from + i * 4L);
      }
      return;
    }
    int[] positions = selection.positions;
    for (int i = 0; i < count; i++) {
      out[at + i] = MemoryUtil.getInt(data + positions[i] * 4L);
    }
  }

  private static void fetchLongs(long data, LeafSelection selection, long[] out, int at) {
    int count = selection.count;
    if (selection.contiguous) {
      copyLongs(data + selection.first * 8L, out, at, count);
      return;
    }
    int[] positions = selection.positions;
    for (int i = 0; i < count; i++) {
      out[at + i] = MemoryUtil.getLong(data + positions[i] * 8L);
    }
  }

  private static void copyLongs(long from, long[] out, int at, int count) {
    for (int done = 0; done < count; done += COPY_VALUES) {
      int step = Math.min(COPY_VALUES, count - done);
      MemoryUtil.directBuffer(from + done * 8L, step * 8)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asLongBuffer()
          .get(out, at + done, step);
    }
  }

  private static void clearSign(int width, long[] out, int at, int count) {
    if (width == 8) {
      return;
    }
    long mask = (1L << width * 8) - 1;
    for (int i = at; i < at + count; i++) {
      out[i] &= mask;
    }
  }

  private static void toMillis(WriterColumn column, long[] out, int at, int count) {
    boolean narrow = column.type().physical() == Type.INT32;
    long limit = (narrow ? Integer.MAX_VALUE : Long.MAX_VALUE) / 1000;
    for (int i = at; i < at + count; i++) {
      long seconds = out[i];
      if (seconds > limit || seconds < -limit) {
        throw refused(
            column, "has the value " + seconds + " s, too large for the milliseconds of Parquet");
      }
      out[i] = seconds * 1000;
    }
  }

  private static void toDays(WriterColumn column, long[] out, int at, int count) {
    for (int i = at; i < at + count; i++) {
      long millis = out[i];
      long days = Math.floorDiv(millis, MILLIS_PER_DAY);
      if (days * MILLIS_PER_DAY != millis || days != (int) days) {
        throw refused(
            column,
            "has a date64 of " + millis + " ms, which is not a whole day of Parquet's range");
      }
      out[i] = days;
    }
  }

  private static void decimals(WriterColumn column, LeafSelection selection, long[] out, int at) {
    int width = column.type().sourceWidth();
    boolean narrow = column.type().physical() == Type.INT32;
    long data = selection.leaf.data();
    for (int i = 0; i < selection.count; i++) {
      long value = data + (long) selection.position(i) * width;
      long low = width == 4 ? MemoryUtil.getInt(value) : MemoryUtil.getLong(value);
      boolean fits = !narrow || low == (int) low;
      for (int part = 8; part < width; part += 8) {
        fits &= MemoryUtil.getLong(value + part) == low >> 63;
      }
      if (!fits) {
        throw refused(column, "has a decimal with more digits than its type says");
      }
      out[at + i] = low;
    }
  }

  static MallardException refused(WriterColumn column, String what) {
    return new MallardException(
        ErrorCode.INVALID_ARGUMENT,
        "column '"
            + column.name()
            + "' "
            + what
            + "; store the dataset as Feather: use a name that ends in .feather",
        new UnstorableColumn(column.field(), what));
  }
}
