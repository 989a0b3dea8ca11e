package dev.mallard.engine.link;

import dev.mallard.arrow.IpcMessage;
import org.jspecify.annotations.Nullable;

/**
 * What came over a line, which may be a message, too: its body may be elsewhere, and is then empty
 * here. One thread at a time.
 */
public final class Received implements AutoCloseable {
  private final Said said;
  private @Nullable IpcMessage message;

  Received(Said said, @Nullable IpcMessage message) {
    this.said = said;
    this.message = message;
  }

  public Said said() {
    return said;
  }

  /** The message that has to have come with it. */
  public IpcMessage required() {
    if (message == null) {
      throw new IllegalArgumentException(said.getClass().getSimpleName() + " without a message");
    }
    return message;
  }

  /** The message, which is the caller's from now on. */
  public IpcMessage taken() {
    IpcMessage taken = required();
    message = null;
    return taken;
  }

  @Override
  public void close() {
    if (message != null) {
      message.close();
    }
  }
}
