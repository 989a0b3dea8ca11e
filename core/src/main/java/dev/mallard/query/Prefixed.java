package dev.mallard.query;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Messages that were read already, and then the rest of their stream. Closes neither. */
final class Prefixed implements BatchStream {
  private final List<IpcMessage> first;
  private final BatchStream rest;

  /**
   * @param first emptied as they are given out
   */
  Prefixed(List<IpcMessage> first, BatchStream rest) {
    this.first = first;
    this.rest = rest;
  }

  @Override
  public Schema schema() {
    return rest.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    return first.isEmpty() ? rest.next() : first.remove(0);
  }

  @Override
  public void close() {}
}
