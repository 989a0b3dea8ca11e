package dev.mallard.query;

import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import org.apache.arrow.vector.types.pojo.Schema;

/** An upload that is part of a transaction, between whose messages other statements may run. */
final class TransactionIngest implements Ingest {
  private final Transaction transaction;
  private final Cancellation cancellation;
  private final Ingest ingest;

  TransactionIngest(
      Transaction transaction, IngestTarget target, Schema schema, Cancellation cancellation) {
    this.transaction = transaction;
    this.cancellation = cancellation;
    this.ingest =
        transaction.exclusively(cancellation, connection -> connection.ingest(target, schema));
  }

  @Override
  public void write(IpcMessage message) {
    try {
      transaction.exclusively(
          cancellation,
          connection -> {
            ingest.write(message);
            return true;
          });
    } catch (Throwable e) {
      Closer.closeAfter(e, message);
      throw e;
    }
  }

  @Override
  public long commit() {
    return transaction.exclusively(cancellation, connection -> ingest.commit());
  }

  /** Also if the transaction has ended before: what has come of the upload is let go of. */
  @Override
  public void close() {
    transaction.alone(ingest::close);
  }
}
