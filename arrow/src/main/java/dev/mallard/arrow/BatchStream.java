package dev.mallard.arrow;

import java.io.IOException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The one type in which data comes up: a schema and the messages under it, pulled one by one.
 * Dataset files, conversions and query results are all of this type.
 *
 * <p>The stream owns everything behind it (files, buffers, an engine's connection) until {@link
 * #close()}, which may be called at any time, from any thread that is not inside {@link #next()},
 * and more than once. One thread pulls at a time.
 */
public interface BatchStream extends AutoCloseable {
  /**
   * The schema as it stands in a Schema message: a dictionary-encoded field has its value type
   * here.
   */
  Schema schema();

  /**
   * The next message, or null at the end. Dictionary batches come before the record batches that
   * need them. May block while data is read or computed. The caller closes the message before it
   * asks for the next one and before it closes the stream.
   *
   * @throws dev.mallard.error.MallardException if the source is damaged, gone or refuses
   */
  @Nullable IpcMessage next() throws IOException;

  /**
   * Whether {@link #next()} may wait for others' work (an engine, a decoder), and not for the disk
   * alone; may change as the stream goes on. Whoever pulls on a thread that others need asks
   * before.
   */
  default boolean mayWait() {
    return true;
  }

  /**
   * Nobody wants more of it: a {@link #next()} that waits for what others do (not for an engine,
   * whose {@code Cancellation} stops that) fails soon with CANCELLED, as does one that would. Any
   * thread, also inside {@link #next()} and after the end. Threads are not interrupted for that: an
   * interrupt closes whatever channel the thread is at, whoever else needs it.
   */
  default void stopWaiting() {}

  @Override
  void close();
}
