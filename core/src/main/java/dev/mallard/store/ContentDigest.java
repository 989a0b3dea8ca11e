package dev.mallard.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * A digest of a file's content: of all of it if it is small, else of its head, its tail (where the
 * formats' footers are) and pieces in between. It is computed once for a {@link FileStamp} and then
 * remembered, for the whole process: it is a fact about a file, whoever asks.
 */
final class ContentDigest {
  /** Up to here all bytes count. */
  static final int WHOLE_BYTES = 256 << 10;

  private static final int TAIL_BYTES = 64 << 10;
  private static final int PIECE_BYTES = 16 << 10;

  /** The head is the first of them. */
  private static final int PIECES = 9;

  private static final int MOST_READS = 3;

  private static final Cache<FileStamp, Found> KNOWN =
      Caffeine.newBuilder().maximumSize(100_000).build();

  private ContentDigest() {}

  /**
   * @param stamp of the file when its content was what the digest says
   * @param modified that is in the stamp
   * @param id of the version, of both
   */
  record Found(FileStamp stamp, Instant modified, String id) {
    static Found of(FileStamp stamp, long digest) {
      Instant modified = FileVersion.modified(stamp);
      return new Found(stamp, modified, FileVersion.id(modified, digest));
    }
  }

  /**
   * @param seen the file's stamp, just now
   */
  static Found of(Path file, FileStamp seen) throws IOException {
    FileStamp stamp = seen;
    Found known = KNOWN.getIfPresent(stamp);
    if (known != null) {
      return known;
    }
    for (int reads = 1; ; reads++) {
      // Asked before it is read: only then is a change meanwhile sure to show.
      boolean isSettled = stamp.isSettled();
      long digest = read(file, stamp.length());
      FileStamp after = FileStamp.of(file);
      if (after.equals(stamp)) {
        Found found = Found.of(stamp, digest);
        if (isSettled) {
          KNOWN.put(stamp, found);
        }
        return found;
      }
      if (reads == MOST_READS) {
        return Found.of(after, digest); // Somebody is writing to it: the next look sees another.
      }
      stamp = after;
    }
  }

  private static long read(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (length <= WHOLE_BYTES) {
        ByteBuffer all = ByteBuffer.allocate((int) length);
        readAt(channel, 0, all);
        return XxHash64.hash(all.flip(), length);
      }
      ByteBuffer sample = ByteBuffer.allocate(PIECES * PIECE_BYTES + TAIL_BYTES);
      long step = (length - TAIL_BYTES) / PIECES;
      for (int i = 0; i < PIECES; i++) {
        readAt(channel, i * step, sample.limit(sample.position() + PIECE_BYTES));
      }
      readAt(channel, length - TAIL_BYTES, sample.limit(sample.capacity()));
      return XxHash64.hash(sample.flip().order(ByteOrder.LITTLE_ENDIAN), length);
    }
  }

  /** Leaves zeros where the file has become shorter. */
  private static void readAt(FileChannel channel, long position, ByteBuffer target)
      throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        target.position(target.limit());
        return;
      }
      at += read;
    }
  }
}
