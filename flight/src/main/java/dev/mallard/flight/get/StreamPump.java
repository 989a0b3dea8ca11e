package dev.mallard.flight.get;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.error.ErrorCode;
import dev.mallard.error.MallardException;
import dev.mallard.flight.call.CallHeaders;
import dev.mallard.flight.call.CallTally;
import dev.mallard.flight.call.StatusMapper;
import dev.mallard.query.Cancellation;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Pumps a stream to one client: the next message is pulled only while less than the ready
 * threshold's bytes wait to be sent, so a client that stops reading costs its stream's file handle
 * and a few messages, and no thread.
 *
 * <p>{@link #run} is to be called whenever there may be room; a call while another one is at it
 * makes that one look again, and returns. {@link #cancel} may come from any thread at any time and
 * wakes a pull that blocks. Neither waits for anything but the disk: a stream that may wait for
 * others is pulled, and a stream that is cancelled is closed, on a thread that may be blocked.
 */
final class StreamPump {
  private static final MallardException CANCELLED =
      new MallardException(ErrorCode.CANCELLED, "read cancelled");

  private final String what;
  private final BatchStream stream;
  private final ServerCallStreamObserver<OutgoingFrame> client;
  private final Runnable onEnd;
  private final Cancellation cancellation;
  private final Executor blocking;
  private final CallTally tally = CallTally.current();
  private final boolean encrypted = CallHeaders.current().encrypted();

  /** Calls of {@link #run} that have not been heeded. */
  private final AtomicInteger calls = new AtomicInteger();

  /** Held while messages are sent and while the stream is ended: by one thread at a time. */
  private final ReentrantLock sending = new ReentrantLock();

  private boolean schemaSent;
  private volatile boolean ended;

  private volatile boolean cancelled;

  /**
   * Takes {@code stream} over.
   *
   * @param what the stream is, in messages
   * @param onEnd runs once, however the pump ends
   * @param cancellation is cancelled with the pump, which stops what an engine does; its reason is
   *     what the client is told
   * @param blocking has threads that may be blocked, and refuses nothing
   */
  StreamPump(
      String what,
      BatchStream stream,
      ServerCallStreamObserver<OutgoingFrame> client,
      Runnable onEnd,
      Cancellation cancellation,
      Executor blocking) {
    this.what = what;
    this.stream = stream;
    this.client = client;
    this.onEnd = onEnd;
    this.cancellation = cancellation;
    this.blocking = blocking;
  }

  /** The client may have room. */
  void run() {
    if (calls.getAndIncrement() != 0) {
      return;
    }
    if (stream.mayWait()) {
      blocking.execute(this::heedCalls);
    } else {
      heedCalls();
    }
  }

  /** As {@link #run}, on a thread that may be blocked. */
  void runHere() {
    if (calls.getAndIncrement() == 0) {
      heedCalls();
    }
  }

  private void heedCalls() {
    int heeded = 1;
    do {
      sendNow();
      heeded = calls.addAndGet(-heeded);
    } while (heeded != 0);
    if (cancelled && !ended) {
      blocking.execute(this::finishIfCancelled);
    }
  }

  private void sendNow() {
    sending.lock();
    try {
      if (!ended) {
        sendWhileThereIsRoom();
      }
    } finally {
      sending.unlock();
    }
  }

  private void sendWhileThereIsRoom() {
    try {
      while (!cancelled && client.isReady()) {
        if (!sendNext()) {
          end();
          client.onCompleted();
          return;
        }
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fail(Throwable e) {
    MallardException reason = cancellation.reason();
    end();
    if (!client.isCancelled()) {
      client.onError(StatusMapper.toStatus(reason != null ? reason : e));
    }
  }

  private boolean sendNext() throws IOException {
    if (!schemaSent) {
      schemaSent = true;
      send(ArrowSchemas.message(stream.schema()));
      return true;
    }
    IpcMessage message = pull();
    if (message == null) {
      return false;
    }
    if (tally.isHeard()) {
      boolean hasRows = message.kind() == IpcMessage.Kind.RECORD_BATCH;
      tally.add(hasRows ? message.rows() : 0, message.encodedBytes());
    }
    send(message);
    return true;
  }

  /** What it sends is in buffers of its own, so the message can go at once. */
  private void send(IpcMessage message) throws IOException {
    try (message;
        OutgoingFrame frame = OutgoingFrame.of(message, encrypted)) {
      client.onNext(frame);
    } catch (EOFException e) {
      throw new MallardException(
          ErrorCode.DATA_LOSS,
          what + ": its file was cut short while it was read; put it again",
          e);
    }
  }

  private @Nullable IpcMessage pull() throws IOException {
    if (cancelled) {
      throw CANCELLED;
    }
    return stream.next();
  }

  /** Ends the read soon: the client gets CANCELLED, if it is still there. */
  void cancel() {
    if (ended) {
      return;
    }
    cancellation.cancel(CANCELLED);
    cancelled = true;
    stream.stopWaiting();
    blocking.execute(this::finishIfCancelled);
  }

  /** Whoever sees last that the read was cancelled and nobody sends, ends it. */
  private void finishIfCancelled() {
    while (cancelled && sending.tryLock()) {
      try {
        if (ended) {
          return;
        }
        fail(CANCELLED);
      } finally {
        sending.unlock();
      }
    }
  }

  private void end() {
    ended = true;
    try {
      stream.close();
    } finally {
      onEnd.run();
    }
  }
}
