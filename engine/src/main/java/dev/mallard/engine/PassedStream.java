package dev.mallard.engine;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A dataset's own messages as a result: no engine has to do with them any more. */
record PassedStream(BatchStream stream, Schema schema) implements BatchStream {
  @Override
  public @Nullable IpcMessage next() throws IOException {
    return stream.next();
  }

  @Override
  public boolean mayWait() {
    return stream.mayWait();
  }

  @Override
  public void close() {
    stream.close();
  }
}
