package dev.mallard.arrow.mapping;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A part of a file in memory that only the kernel may read: to be given to a socket or another
 * file, never to be looked into, because what the disk does not give would be a fault there. Its
 * bytes stay what they are until it is closed, which any thread may do.
 */
public final class MappedBytes implements AutoCloseable {
  private final FileMappings owner;
  private final MappedWindow window;
  private final int from;
  private final int length;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over one hold of the window. */
  MappedBytes(FileMappings owner, MappedWindow window, int from, int length) {
    this.owner = owner;
    this.window = window;
    this.from = from;
    this.length = length;
  }

  /** Valid until this is closed. */
  public ByteBuffer buffer() {
    return window.slice(from, length);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      owner.release(window);
    }
  }
}
