package dev.mallard.flight.get;

import dev.mallard.access.Caller;
import dev.mallard.arrow.BatchStream;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallCaller;
import dev.mallard.flight.call.CallCancellation;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.query.Cancellation;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One DoGet, from its ticket to its end, among the {@link RunningReads} all the while. What is
 * quick to open is opened before and pumped at once; what takes its time is opened on a thread that
 * may be blocked. The client hears nothing, not even the schema, before its stream is open, so what
 * fails until then is a clean error.
 */
final class GetCall implements Runnable, RunningReads.Read {
  private final String what;
  private final @Nullable String plan;
  private final ServerCallStreamObserver<OutgoingFrame> client;
  private final Caller caller = CallCaller.current();
  private final RunningReads running;
  private final BlockingCalls blocking;
  private final CallCancellation call = new CallCancellation();
  private volatile @Nullable StreamPump pump;
  private volatile Cancellation.@Nullable Registration registration;

  /**
   * To be made while the call begins.
   *
   * @param what is read, in messages
   */
  GetCall(
      String what,
      @Nullable String plan,
      ServerCallStreamObserver<OutgoingFrame> client,
      RunningReads running,
      BlockingCalls blocking) {
    this.what = what;
    this.plan = plan;
    this.client = client;
    this.running = running;
    this.blocking = blocking;
  }

  /** Takes {@code stream} over; begins when gRPC says that the client has room. */
  void start(BatchStream stream) {
    pumpOf(stream);
    listen();
  }

  void start(Function<Cancellation, BatchStream> open) {
    listen();
    try {
      blocking.execute(() -> open(open));
    } catch (RuntimeException e) {
      end();
      throw e;
    }
  }

  private void listen() {
    running.add(plan, caller, this);
    client.setOnCancelHandler(this::cancel);
    client.setOnReadyHandler(this);
  }

  private void open(Function<Cancellation, BatchStream> open) {
    Cancellation cancellation = call.cancellation();
    BatchStream stream;
    try {
      cancellation.check();
      stream = open.apply(cancellation);
    } catch (Throwable e) {
      Throwable cause = call.cause(e);
      end();
      if (!client.isCancelled()) {
        client.onError(StatusMapper.toStatus(cause));
      }
      return;
    }
    pumpOf(stream).runHere();
  }

  private StreamPump pumpOf(BatchStream stream) {
    Cancellation cancellation = call.cancellation();
    StreamPump opened =
        new StreamPump(what, stream, client, this::end, cancellation, blocking::executeSurely);
    pump = opened;
    registration = cancellation.onCancel(opened::cancel);
    return opened;
  }

  /** The client has room. */
  @Override
  public void run() {
    StreamPump opened = pump;
    if (opened != null) {
      opened.run();
    }
  }

  @Override
  public void cancel() {
    call.cancellation().cancel();
  }

  private void end() {
    running.remove(plan, caller, this);
    call.close();
    Cancellation.Registration onCancel = registration;
    if (onCancel != null) {
      onCancel.close();
    }
  }
}
