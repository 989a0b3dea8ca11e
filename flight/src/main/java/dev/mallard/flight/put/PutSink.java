package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.IpcMessage;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages of one DoPut go. One thread at a time. Closed without a {@link #finish}, it is
 * as if the call had never been.
 */
interface PutSink extends AutoCloseable {
  /** What it is, for errors: {@code upload to 'sales'}. */
  String name();

  /**
   * Before the first message.
   *
   * @return the body of the only reply if all is done already, so that the call ends here; or null
   */
  @Nullable ByteString start();

  /** Takes over a record batch or dictionary batch, checked or not. */
  void write(IpcMessage message);

  /**
   * After the last message.
   *
   * @return the body of the last reply, or null
   */
  @Nullable ByteString finish();

  @Override
  void close();
}
