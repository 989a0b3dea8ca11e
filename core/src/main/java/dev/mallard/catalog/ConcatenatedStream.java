package dev.mallard.catalog;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Streams of one schema, one after the other. The first is opened at once, so that a read that has
 * begun does not depend on what happens to its file's name; each other when its turn comes.
 */
final class ConcatenatedStream implements BatchStream {
  /** Opens one of them. */
  interface Source {
    BatchStream open() throws IOException;
  }

  private final Schema schema;
  private final Iterator<Source> sources;
  private @Nullable BatchStream current;

  ConcatenatedStream(Schema schema, List<Source> sources) throws IOException {
    this.schema = schema;
    this.sources = List.copyOf(sources).iterator();
    if (this.sources.hasNext()) {
      this.current = this.sources.next().open();
    }
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public @Nullable IpcMessage next() throws IOException {
    while (true) {
      if (current == null) {
        if (!sources.hasNext()) {
          return null;
        }
        current = sources.next().open();
      }
      IpcMessage message = current.next();
      if (message != null) {
        return message;
      }
      current.close();
      current = null;
    }
  }

  @Override
  public void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
