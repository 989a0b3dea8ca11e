package dev.mallard.cli.output;

import dev.mallard.arrow.IpcMessage;
import java.io.IOException;

/**
 * Takes the batches of a result, one by one, and writes them down as it goes. One thread at a time.
 * {@link #finish} or an early {@link #close} ends it; it closes neither stream nor file that it
 * writes to.
 */
public interface RowSink extends AutoCloseable {
  /** Takes the message over and closes it, also when it throws. */
  void write(IpcMessage message) throws IOException;

  /** Writes what is still held back. */
  void finish() throws IOException;

  /** Lets go of memory. */
  @Override
  void close();
}
