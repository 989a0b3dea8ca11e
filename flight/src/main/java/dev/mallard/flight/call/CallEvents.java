package dev.mallard.flight.call;

import dev.mallard.events.Outcome;
import dev.mallard.events.ServerEvents;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells of every call when it begins and ends. It stands below all interceptors and services, where
 * gRPC reports each stream's end exactly once: what is refused, cancelled or unknown is told, too.
 */
public final class CallEvents extends ServerStreamTracer.Factory {
  private final ServerEvents events;
  private final CallIds ids;

  public CallEvents(ServerEvents events, CallIds ids) {
    this.events = events;
    this.ids = ids;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return new Tracer(fullMethodName, ids.next());
  }

  private final class Tracer extends ServerStreamTracer {
    private final String method;
    private final long start = System.nanoTime();
    private final CallTally tally;
    private ServerEvents.@Nullable Call begun;

    Tracer(String method, String id) {
      this.method = method;
      this.tally = new CallTally(id);
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CallTally.KEY, tally);
    }

    @Override
    public void serverCallStarted(ServerCallInfo<?, ?> call) {
      SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      begin(peer == null ? "" : peer.toString());
    }

    private synchronized ServerEvents.Call begin(String peer) {
      ServerEvents.Call call = begun;
      if (call == null) {
        call = new ServerEvents.Call(tally.id(), method, peer);
        begun = call;
        events.callBegan(call);
      }
      return call;
    }

    @Override
    public void streamClosed(Status status) {
      // A call of a method that is not there has not been started by anybody.
      ServerEvents.Call call = begin("");
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      events.callEnded(
          call,
          new Outcome(
              status.getCode().name(),
              tally.who(),
              tally.target(),
              tally.rows(),
              tally.bytes(),
              took));
    }
  }
}
