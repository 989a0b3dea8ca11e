package dev.mallard.flight.call;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import io.grpc.Context;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Cancels work when the call that it is done for is cancelled: by the client, because the client is
 * gone, because the call's deadline has passed, or by whoever ends it from within the server, with
 * his reason. Until it is closed; a call that is answered is "cancelled" too, as gRPC sees it.
 */
public final class CallCancellation implements AutoCloseable {
  private final Context context = Context.current();
  private final Cancellation cancellation = new Cancellation();
  private final Context.CancellationListener listener =
      cancelled -> cancellation.cancel(reason(cancelled.cancellationCause()));

  /** Of the call that is being served. */
  public CallCancellation() {
    context.addListener(listener, Runnable::run);
  }

  private static MallardException reason(@Nullable Throwable cause) {
    if (cause instanceof MallardException known) {
      return known;
    }
    return cause instanceof TimeoutException
        ? new MallardException(ErrorCode.DEADLINE_EXCEEDED, "the call's deadline has passed")
        : new MallardException(ErrorCode.CANCELLED, "the call was cancelled");
  }

  public Cancellation cancellation() {
    return cancellation;
  }

  /** What work that failed is to be reported with: the reason to cancel it comes before others. */
  public Throwable cause(Throwable failure) {
    MallardException reason = cancellation.reason();
    return reason == null ? failure : reason;
  }

  @Override
  public void close() {
    context.removeListener(listener);
  }
}
