package dev.mallard.cli.transfer;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Streams of one schema, one after the other, each opened when its turn comes. */
abstract class ConsecutiveStreams<T> implements BatchStream {
  private final Deque<T> waiting;
  private @Nullable BatchStream current;
  private @Nullable Schema schema;

  /**
   * @param sources at least one
   */
  ConsecutiveStreams(List<T> sources) {
    this.waiting = new ArrayDeque<>(sources);
  }

  /** The stream of one of them, which is closed after its last message. */
  abstract BatchStream open(T source) throws IOException;

  @Override
  public final Schema schema() {
    if (schema == null) {
      try {
        schema = current().schema();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return schema;
  }

  private BatchStream current() throws IOException {
    if (current == null) {
      current = open(waiting.remove());
    }
    return current;
  }

  @Override
  public final @Nullable IpcMessage next() throws IOException {
    if (schema == null) {
      schema = current().schema();
    }
    IpcMessage message = current().next();
    while (message == null && !waiting.isEmpty()) {
      close();
      message = current().next();
    }
    return message;
  }

  @Override
  public final void close() {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
