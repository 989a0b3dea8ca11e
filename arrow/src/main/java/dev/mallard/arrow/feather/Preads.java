package dev.mallard.arrow.feather;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Positional reads of small parts of a file. */
final class Preads {
  /**
   * The JDK keeps a direct buffer as large as the largest read for each thread: so no large ones.
   */
  private static final int STEP_BYTES = 256 * 1024;

  private Preads() {}

  /** The caller has checked {@code length} against the file's size. */
  static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.position() < length) {
      bytes.limit(Math.min(length, bytes.position() + STEP_BYTES));
      if (file.read(bytes, position + bytes.position()) <= 0) {
        throw Damage.of("it was cut short while it was read");
      }
    }
    return bytes.flip();
  }
}
