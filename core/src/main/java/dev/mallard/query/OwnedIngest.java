package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;

/** An upload on a connection of its own, which it gives back at its end. */
final class OwnedIngest implements Ingest {
  private final SqlConnection connection;
  private final Ingest ingest;
  private final Cancellation cancellation;
  private final Cancellation.Registration interrupt;
  private boolean closed;

  OwnedIngest(SqlConnection connection, Ingest ingest, Cancellation cancellation) {
    this.connection = connection;
    this.ingest = ingest;
    this.cancellation = cancellation;
    this.interrupt = cancellation.onCancel(connection::interrupt);
  }

  @Override
  public void write(IpcMessage message) {
    try {
      ingest.write(message);
    } catch (RuntimeException e) {
      throw RunningResult.because(e, cancellation);
    }
  }

  @Override
  public long commit() {
    cancellation.check();
    return ingest.commit();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    interrupt.close();
    try {
      ingest.close();
    } finally {
      connection.close();
    }
  }
}
