package dev.mallard.flight.intake;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * The memory for messages that are on their way in, of all calls together. gRPC gathers a message
 * whole, in the direct memory that all connections share, before anybody sees it; when that memory
 * is used up, Netty gives up the connection that wants more, with all its calls. So the bytes are
 * counted as they come, and the call that would go over the budget is refused, alone.
 *
 * <p>To be added to a gRPC server as a factory of tracers, and to its services as an interceptor.
 * Thread-safe.
 */
public final class Intake extends ServerStreamTracer.Factory {
  /** A call that holds less goes on when memory is scarce: it is not what made it so. */
  private static final long LITTLE = 1 << 20;

  private final long most;
  private final BooleanSupplier scarce;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most bytes of messages, as they come over the wire
   * @param scarce whether the memory itself is nearly used up, by what messages need beyond their
   *     bytes (Netty keeps a buffer while any byte of it is used), or by what is sent; asked often
   */
  public Intake(long most, BooleanSupplier scarce) {
    this.most = most;
    this.scarce = scarce;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
    return new CallIntake(this);
  }

  /** Gives back what a message held, once it is taken apart. */
  public ServerInterceptor interceptor() {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CallIntake intake = CallIntake.KEY.get();
        ServerCall.Listener<Q> listener = next.startCall(call, headers);
        if (intake == null) {
          return listener;
        }
        return new SimpleForwardingServerCallListener<>(listener) {
          @Override
          public void onMessage(Q message) {
            intake.taken();
            super.onMessage(message);
          }
        };
      }
    };
  }

  /**
   * Bytes that the current call may ask for ahead of their time: while others hold much, they would
   * be refused for what nobody waits for. To be asked on the call's own threads.
   */
  public static long room() {
    CallIntake call = CallIntake.KEY.get();
    return call == null ? 0 : call.room();
  }

  long free() {
    return scarce.getAsBoolean() ? 0 : Math.max(0, most / 4 - held.get());
  }

  /** Bytes that are held now. */
  public long held() {
    return held.get();
  }

  long most() {
    return most;
  }

  /**
   * @param more bytes
   * @param already what the same call holds
   */
  boolean hold(long more, long already) {
    if (already > LITTLE && scarce.getAsBoolean()) {
      return false;
    }
    if (held.addAndGet(more) <= most) {
      return true;
    }
    held.addAndGet(-more);
    return false;
  }

  void release(long bytes) {
    held.addAndGet(-bytes);
  }
}
