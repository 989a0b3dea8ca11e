package dev.mallard.flight.auth;

import dev.mallard.access.Caller;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.StatusMapper;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A call that was let in, until it ends. Anybody may end it at any time: the client gets the reason
 * once it has read what is on its way already, and whoever serves the call is told as if the client
 * had gone, at once by the call's {@link Context}, in order with the rest by its listener.
 *
 * <p>gRPC's calls are for one thread at a time, so what is sent is sent under a lock, which nobody
 * else wants but who ends the call.
 */
final class LiveCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final LiveCalls all;
  private final long id;
  private final Caller caller;
  private final Runnable leave;
  private final Instant began = Instant.now();
  private final Context.CancellableContext context;
  private final ReentrantLock sending = new ReentrantLock();

  /** Guarded by the lock. */
  private boolean closed;

  private volatile boolean ended;

  /**
   * @param leave gives back what the caller's call takes of its limits
   */
  LiveCall(LiveCalls all, long id, ServerCall<Q, R> call, Caller caller, Runnable leave) {
    super(call);
    this.all = all;
    this.id = id;
    this.caller = caller;
    this.leave = leave;
    this.context = CallCaller.in(Context.current(), caller).withCancellation();
  }

  long id() {
    return id;
  }

  Caller caller() {
    return caller;
  }

  Runnable leave() {
    return leave;
  }

  LiveCalls.Live about() {
    SocketAddress peer = getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    String method = getMethodDescriptor().getFullMethodName();
    return new LiveCalls.Live(id, caller, method, peer == null ? "" : peer.toString(), began);
  }

  /** Whether somebody has ended it, which its client may not have heard yet. */
  boolean isEnded() {
    return ended;
  }

  /** In which it is served. */
  Context context() {
    return context;
  }

  /**
   * @return whether it had not ended already
   */
  boolean end(MallardException why) {
    sending.lock();
    try {
      if (closed) {
        return false;
      }
      closed = true;
      ended = true;
      super.close(StatusMapper.toStatus(why).getStatus(), new Metadata());
    } finally {
      sending.unlock();
    }
    // A client that does not read learns of it late, but what it called for is over.
    all.remove(this);
    context.cancel(why);
    return true;
  }

  @Override
  public void sendHeaders(Metadata headers) {
    sending.lock();
    try {
      if (!ended) {
        super.sendHeaders(headers);
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void sendMessage(R message) {
    sending.lock();
    try {
      if (!ended) {
        super.sendMessage(message);
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    sending.lock();
    try {
      if (!ended) {
        closed = true;
        super.close(status, trailers);
      }
    } finally {
      sending.unlock();
    }
  }

  @Override
  public boolean isReady() {
    return !ended && super.isReady();
  }

  @Override
  public boolean isCancelled() {
    return ended || super.isCancelled();
  }

  /** What gRPC is to tell of this call. */
  ServerCall.Listener<Q> heardBy(ServerCall.Listener<Q> server) {
    return new Heard(server);
  }

  private final class Heard extends SimpleForwardingServerCallListener<Q> {
    Heard(ServerCall.Listener<Q> server) {
      super(server);
    }

    /** Of a call that was ended nothing is complete: an upload above all must not be committed. */
    @Override
    public void onHalfClose() {
      if (!ended) {
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      over();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      over();
      if (ended) {
        super.onCancel();
      } else {
        super.onComplete();
      }
    }
  }

  /** There is nothing left to end. */
  void over() {
    all.remove(this);
    context.cancel(null);
  }
}
