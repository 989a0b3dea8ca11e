package dev.mallard.arrow.file;

import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.Map;

/**
 * Writes one file of one dataset version, message by message. One thread at a time. Exactly one of
 * {@link #finish} and an early {@link #close()} ends it; close after finish does nothing.
 */
public interface BatchWriter extends AutoCloseable {
  /**
   * Adds a record batch or a dictionary batch, which must be valid (see {@code dev.mallard.arrow}).
   * Takes the message over and closes it, also when it throws.
   */
  void write(IpcMessage message) throws IOException;

  /** Writes what is still held back and the footer. Does not sync. */
  WrittenFile finish(Map<String, String> properties) throws IOException;

  /** Lets go of memory and waits for work in other threads; leaves the file as it is. */
  @Override
  void close();
}
