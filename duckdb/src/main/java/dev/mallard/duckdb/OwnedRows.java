package dev.mallard.duckdb;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.Closer;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A result with the transaction that it is read in; closed together. */
record OwnedRows(BatchStream rows, OwnTransaction transaction) implements BatchStream {
  @Override
  public Schema schema() {
    return rows.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    return rows.next();
  }

  @Override
  public void close() {
    try (Closer both = new Closer()) {
      both.add(transaction);
      both.add(rows);
    }
  }
}
