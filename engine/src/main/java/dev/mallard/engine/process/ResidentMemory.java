package dev.mallard.engine.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * The memory that a process really uses, as Linux tells it: what it has written to and no file is
 * behind, so neither libraries nor segments that it shares.
 */
final class ResidentMemory implements AutoCloseable {
  private static final String NAME = "RssAnon:";

  private final FileChannel status;
  private final ByteBuffer text = ByteBuffer.allocate(4096);

  /**
   * @throws IOException if it has ended, or this system does not tell
   */
  ResidentMemory(long pid) throws IOException {
    this.status =
        FileChannel.open(Path.of("/proc", Long.toString(pid), "status"), StandardOpenOption.READ);
  }

  /** Empty when the process has ended. */
  OptionalLong bytes() throws IOException {
    text.clear();
    long position = 0;
    int read;
    do {
      read = status.read(text, position);
      position += Math.max(0, read);
    } while (read > 0 && text.hasRemaining());
    return parse(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII));
  }

  /**
   * @param status as /proc/PID/status is
   */
  static OptionalLong parse(String status) {
    int start = status.indexOf(NAME);
    int end = start < 0 ? -1 : status.indexOf("kB", start);
    return end < 0
        ? OptionalLong.empty()
        : OptionalLong.of(
            Long.parseLong(status.substring(start + NAME.length(), end).strip()) << 10);
  }

  @Override
  public void close() throws IOException {
    status.close();
  }
}
