package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A stream's messages under another schema, which differs from its own in names and nullability
 * alone. Closes the stream.
 */
public record RenamedStream(BatchStream stream, Schema schema) implements BatchStream {
  @Override
  public @Nullable IpcMessage next() throws IOException {
    return stream.next();
  }

  @Override
  public boolean mayWait() {
    return stream.mayWait();
  }

  @Override
  public void stopWaiting() {
    stream.stopWaiting();
  }

  @Override
  public void close() {
    stream.close();
  }
}
