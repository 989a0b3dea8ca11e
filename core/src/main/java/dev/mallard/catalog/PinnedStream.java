package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.store.VersionLeases;
import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A stream whose dataset version is kept until it is closed. */
final class PinnedStream implements BatchStream {
  private final BatchStream stream;
  private final VersionLeases leases;
  private final String file;
  private final String version;
  private boolean closed;

  /** Takes the stream over, and the pin that its caller has set. */
  PinnedStream(BatchStream stream, VersionLeases leases, String file, String version) {
    this.stream = stream;
    this.leases = leases;
    this.file = file;
    this.version = version;
  }

  @Override
  public Schema schema() {
    return stream.schema();
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    return stream.next();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stream.close();
    } finally {
      leases.unpin(file, version);
    }
  }
}
