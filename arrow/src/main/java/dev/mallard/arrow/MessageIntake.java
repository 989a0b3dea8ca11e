package dev.mallard.arrow;

import dev.mallard.error.Closer;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Where the messages of one upload come in, whatever becomes of them: nothing gets past it that
 * does not hold what it says. Takes over each message that it is given. Not thread-safe; needs no
 * closing.
 */
public final class MessageIntake {
  private final MessageChecker checker;
  private final BufferAllocator allocator;
  private final CheckLimits limits;

  /**
   * @param schema in message form
   */
  public MessageIntake(Schema schema, BufferAllocator allocator, CheckLimits limits) {
    this.checker = new MessageChecker(schema, allocator, limits);
    this.allocator = allocator;
    this.limits = limits;
  }

  /**
   * The message, valid and as it came.
   *
   * @throws dev.mallard.error.MallardException INVALID_ARGUMENT or RESOURCE_EXHAUSTED; the message
   *     is closed
   */
  public IpcMessage checked(IpcMessage message) throws IOException {
    try {
      checker.check(message);
      return message;
    } catch (Throwable e) {
      Closer.closeAfter(e, message);
      throw e;
    }
  }

  /** As {@link #checked}, without compression. */
  public IpcMessage plain(IpcMessage message) throws IOException {
    if (!isCompressed(message)) {
      return checked(message);
    }
    try (message) {
      return checked(BodyCodec.decompress(message, allocator, limits));
    }
  }

  /** A damaged message is for the checker to refuse. */
  private static boolean isCompressed(IpcMessage message) {
    try {
      return BodyCodec.isCompressed(message);
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }
}
