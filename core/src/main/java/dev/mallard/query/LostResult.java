package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What is left of a result that cannot be read to its end: it says why, however often. */
record LostResult(Schema schema, RuntimeException why) implements BatchStream {
  @Override
  public @Nullable IpcMessage next() {
    throw why;
  }

  @Override
  public void close() {}
}
