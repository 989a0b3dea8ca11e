package dev.mallard.flight.intake;

import io.grpc.Context;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one call's messages hold of the {@link Intake}: from their first bytes until they are taken
 * apart, or the call ends. gRPC's network thread and the call's own use it, so it locks itself.
 */
final class CallIntake extends ServerStreamTracer {
  static final Context.Key<@Nullable CallIntake> KEY = Context.key("mallard-intake");

  private static final Logger LOG = LoggerFactory.getLogger(CallIntake.class);

  private final Intake intake;

  /** Of messages that are whole, and not yet taken. */
  private final ArrayDeque<Long> whole = new ArrayDeque<>();

  /** Of the message that is coming in. */
  private long arriving;

  private boolean ended;

  CallIntake(Intake intake) {
    this.intake = intake;
  }

  @Override
  public Context filterContext(Context context) {
    return context.withValue(KEY, this);
  }

  long room() {
    return intake.free();
  }

  /** gRPC ends the call with what is thrown here. */
  @Override
  public synchronized void inboundWireSize(long bytes) {
    if (ended) {
      return;
    }
    if (intake.hold(bytes, arriving)) {
      arriving += bytes;
      return;
    }
    LOG.warn("a message was refused: those that are coming in hold {} bytes", intake.held());
    throw Status.RESOURCE_EXHAUSTED
        .withDescription(
            "the server's memory for what comes in is used up (%d bytes, of all calls); send smaller messages, or try again later"
                .formatted(intake.most()))
        .asRuntimeException();
  }

  @Override
  public synchronized void inboundMessageRead(int number, long wireBytes, long bytes) {
    whole.add(arriving);
    arriving = 0;
  }

  /** The oldest message is taken apart: what is left of it is elsewhere. */
  synchronized void taken() {
    Long bytes = whole.poll();
    if (bytes != null) {
      intake.release(bytes);
    }
  }

  @Override
  public synchronized void streamClosed(Status status) {
    ended = true;
    intake.release(arriving);
    arriving = 0;
    while (!whole.isEmpty()) {
      taken();
    }
  }
}
