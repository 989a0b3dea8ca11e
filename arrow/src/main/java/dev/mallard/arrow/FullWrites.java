package dev.mallard.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writing all of a buffer: a channel may take only part of it at a time. Stateless. */
public final class FullWrites {
  private FullWrites() {}

  /** Writes what {@code bytes} has left to {@code target}, which blocks. */
  public static void write(WritableByteChannel target, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      target.write(bytes);
    }
  }
}
