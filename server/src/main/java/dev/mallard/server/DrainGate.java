package dev.mallard.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;

/**
 * Stands before the data services (not before health checks, which must still answer, and whose
 * watchers never end): counts the calls under way and, once closed, turns new ones away with
 * UNAVAILABLE, so that clients try elsewhere.
 */
final class DrainGate implements ServerInterceptor {
  private int running;
  private boolean closed;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!enter()) {
      call.close(
          Status.UNAVAILABLE.withDescription(
              "the server is shutting down; try again, or try another"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Leave leave = new Leave();
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException e) {
      leave.once();
      throw e;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onCancel() {
        try {
          super.onCancel();
        } finally {
          leave.once();
        }
      }

      @Override
      public void onComplete() {
        try {
          super.onComplete();
        } finally {
          leave.once();
        }
      }
    };
  }

  private final class Leave {
    private boolean left;

    void once() {
      if (!left) {
        left = true;
        leave();
      }
    }
  }

  private synchronized boolean enter() {
    if (closed) {
      return false;
    }
    running++;
    return true;
  }

  private synchronized void leave() {
    running--;
    notifyAll();
  }

  /** Turns new calls away from now on. */
  synchronized void close() {
    closed = true;
  }

  /** Waits until no call is under way; returns false if the time is over before. */
  synchronized boolean awaitIdle(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (running > 0) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized int running() {
    return running;
  }
}
