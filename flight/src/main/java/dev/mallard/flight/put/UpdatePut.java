package dev.mallard.flight.put;

import com.google.protobuf.ByteString;
import dev.mallard.arrow.IpcMessage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an update that needs no rows. At once, because some clients (arrow-java's, Arrow C++'s) wait
 * for the count and the end of the call without saying that nothing more comes.
 */
final class UpdatePut implements PutSink {
  private final LongSupplier update;

  UpdatePut(LongSupplier update) {
    this.update = update;
  }

  @Override
  public String name() {
    return "CommandStatementUpdate";
  }

  @Override
  public ByteString start() {
    return PutReplies.updated(update.getAsLong());
  }

  @Override
  public void write(IpcMessage message) {
    message.close();
  }

  @Override
  public @Nullable ByteString finish() {
    return null;
  }

  @Override
  public void close() {}
}
