package dev.mallard.flight.call;

import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.query.Cancellation;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Answers calls with what may take its time, on threads that may be blocked. Thread-safe. */
public final class BlockingCalls {
  private final Executor executor;

  public BlockingCalls(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs work of the call that is being served.
   *
   * @throws MallardException UNAVAILABLE if the server is stopping
   */
  public void execute(Runnable work) {
    try {
      executor.execute(Context.current().wrap(work));
    } catch (RejectedExecutionException e) {
      throw new MallardException(
          ErrorCode.UNAVAILABLE, "the server is stopping; try again soon", e);
    }
  }

  /** Runs work that has to be done, also while the server stops. */
  public void executeSurely(Runnable work) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      work.run();
    }
  }

  /** Answers with one message. */
  public <R> void answer(ServerCallStreamObserver<R> client, Function<Cancellation, R> work) {
    client.setOnCancelHandler(() -> {});
    execute(
        () -> {
          CallCancellation call = new CallCancellation();
          R result;
          try (call) {
            result = work.apply(call.cancellation());
          } catch (Throwable e) {
            client.onError(StatusMapper.toStatus(call.cause(e)));
            return;
          }
          client.onNext(result);
          client.onCompleted();
        });
  }

  /** Answers with any number of messages. */
  public <R> void answerAll(
      ServerCallStreamObserver<R> client, Function<Cancellation, Iterator<R>> work) {
    IteratorPump<R> pump = new IteratorPump<>(client);
    execute(
        () -> {
          CallCancellation call = new CallCancellation();
          Iterator<R> results;
          try (call) {
            results = work.apply(call.cancellation());
          } catch (Throwable e) {
            pump.fail(call.cause(e));
            return;
          }
          pump.supply(results);
        });
  }
}
