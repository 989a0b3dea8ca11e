package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;

/**
 * A bulk upload under way. One thread at a time. Exactly one of {@link #commit} and an early {@link
 * #close} ends it.
 */
public interface Ingest extends AutoCloseable {
  /** Adds a valid record batch or dictionary batch; takes the message over, also if it throws. */
  void write(IpcMessage message);

  /**
   * Makes the rows durable (or part of the transaction that the upload belongs to).
   *
   * @return how many there were
   */
  long commit();

  /** Before {@link #commit}: as if the upload had never been. */
  @Override
  void close();
}
