package dev.mallard.flight.get;

import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.flight.call.BlockingCalls;
import dev.mallard.flight.call.CallCancellation;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.query.Cancellation;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A DoGet whose stream takes its time to open: it is opened on a thread that may be blocked, and
 * pumped from then on. The client hears nothing, not even the schema, before it is open, so what
 * fails until then is a clean error. It can be cancelled all the while.
 */
final class SlowGet implements Runnable, RunningReads.Read {
  private final @Nullable String plan;
  private final ServerCallStreamObserver<IpcMessage> client;
  private final RunningReads running;
  private final BlockingCalls blocking;
  private final CallCancellation call = new CallCancellation();
  private volatile @Nullable StreamPump pump;
  private volatile Cancellation.@Nullable Registration registration;

  SlowGet(
      @Nullable String plan,
      ServerCallStreamObserver<IpcMessage> client,
      RunningReads running,
      BlockingCalls blocking) {
    this.plan = plan;
    this.client = client;
    this.running = running;
    this.blocking = blocking;
  }

  /** To be called while the call begins. */
  void start(Function<Cancellation, BatchStream> open) {
    running.add(plan, this);
    client.setOnCancelHandler(this::cancel);
    client.setOnReadyHandler(this);
    try {
      blocking.execute(() -> open(open));
    } catch (RuntimeException e) {
      end();
      throw e;
    }
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
    StreamPump opened = new StreamPump(stream, client, this::end, cancellation);
    // Closing a stream may take a while, which is not for those who cancel.
    registration = cancellation.onCancel(() -> blocking.executeSurely(opened::cancel));
    pump = opened;
    opened.run();
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
    running.remove(plan, this);
    call.close();
    Cancellation.Registration onCancel = registration;
    if (onCancel != null) {
      onCancel.close();
    }
  }
}
