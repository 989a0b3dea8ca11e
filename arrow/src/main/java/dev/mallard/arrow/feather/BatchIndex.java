package dev.mallard.arrow.feather;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The rows of each record batch, kept in the footer of files that we write: the Arrow footer does
 * not have them, and to ask each message's header would cost one read a batch. Files of others, and
 * files whose index does not fit them, are counted by their headers.
 *
 * <p>Encoded as base64 of variable-length integers: version, position of the footer (which ties the
 * index to its file), Arrow bytes + 1, then pairs of (rows, how many batches in a row have that
 * many).
 *
 * @param rows of each record batch, in the footer's order
 * @param arrowBytes as {@link dev.mallard.arrow.file.FileFooter#arrowBytes()}
 */
record BatchIndex(long[] rows, long arrowBytes) {
  /** Not under {@code mallard:}, so that it is no property of the dataset. */
  static final String KEY = "mallard.batches";

  private static final int VERSION = 1;

  String encode(long footerPosition) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    putVarint(out, VERSION);
    putVarint(out, footerPosition);
    putVarint(out, arrowBytes + 1);
    for (int i = 0; i < rows.length; ) {
      int end = i + 1;
      while (end < rows.length && rows[end] == rows[i]) {
        end++;
      }
      putVarint(out, rows[i]);
      putVarint(out, end - i);
      i = end;
    }
    return Base64.getEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  /** Null unless the text is the index of a file with that footer position and batch count. */
  static @Nullable BatchIndex decode(String text, long footerPosition, int batches) {
    ByteBuffer in;
    try {
      in = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (varint(in) != VERSION || varint(in) != footerPosition) {
      return null;
    }
    long arrowBytes = varint(in) - 1;
    long[] rows = new long[batches];
    long sum = 0;
    int done = 0;
    while (done < batches) {
      long each = varint(in);
      long count = varint(in);
      if (each < 0
          || count <= 0
          || count > batches - done
          || each > (Long.MAX_VALUE - sum) / count) {
        return null;
      }
      java.util.Arrays.fill(rows, done, done + (int) count, each);
      done += (int) count;
      sum += each * count;
    }
    return in.hasRemaining() || arrowBytes < -1 ? null : new BatchIndex(rows, arrowBytes);
  }

  private static void putVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** −1 if there is none. */
  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 63 && in.hasRemaining(); shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    return -1;
  }
}
