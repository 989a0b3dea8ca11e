package dev.mallard.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.IpcMessage;
import dev.mallard.wire.OutgoingFrame;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One DoPut. Closing it before {@link #finish()} has returned cancels it: the server keeps nothing.
 * One thread sends; {@link #cancel()} may be called from any. Errors come as {@link
 * org.apache.arrow.flight.FlightRuntimeException}.
 */
public final class Upload implements AutoCloseable {
  private final Flight.FlightDescriptor descriptor;
  private final Schema schema;
  private final boolean encrypted;
  private final Consumer<Upload> onClose;
  private final Observer observer = new Observer();
  private byte[] reply = new byte[0];
  private @Nullable RuntimeException failure;
  private boolean begun;
  private boolean ended;
  private volatile boolean cancelled;

  /** Who starts the call; apart, because the observer must be there before. */
  @FunctionalInterface
  interface Starter {
    void start(ClientResponseObserver<OutgoingFrame, Flight.PutResult> observer);
  }

  Upload(
      Flight.FlightDescriptor descriptor,
      Schema schema,
      boolean encrypted,
      Consumer<Upload> onClose) {
    this.descriptor = descriptor;
    this.schema = schema;
    this.encrypted = encrypted;
    this.onClose = onClose;
  }

  void start(Starter starter) {
    starter.start(observer);
  }

  /** Sends a message, which stays the caller's; waits while the connection is full. */
  public void send(IpcMessage message) {
    begin();
    awaitRoom();
    send(null, message);
  }

  private void begin() {
    if (!begun) {
      begun = true;
      awaitRoom();
      try (IpcMessage message = ArrowSchemas.message(schema)) {
        send(descriptor, message);
      }
    }
  }

  private void send(Flight.@Nullable FlightDescriptor first, IpcMessage message) {
    try (OutgoingFrame frame = OutgoingFrame.of(first, message, encrypted)) {
      tell(call -> call.onNext(frame));
    } catch (IOException e) {
      throw new UncheckedIOException("the data cannot be read", e);
    }
  }

  /** Another thread may cancel the call just before; gRPC takes that for a mistake of ours. */
  private void tell(Consumer<ClientCallStreamObserver<OutgoingFrame>> step) {
    try {
      step.accept(observer.call());
    } catch (IllegalStateException e) {
      if (cancelled) {
        throw Errors.cancelled("the upload was cancelled");
      }
      throw e;
    }
  }

  private synchronized void awaitRoom() {
    while (!ended && !observer.call().isReady()) {
      await();
    }
    if (ended) {
      throw failure != null ? failure : Errors.cancelled("the server ended the upload early");
    }
  }

  private void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.cancelled("interrupted");
    }
  }

  /**
   * Ends it and waits until the server has stored it.
   *
   * @return what the server says of it, or a missing node if it says nothing
   */
  public JsonNode finish() {
    begin();
    tell(ClientCallStreamObserver::onCompleted);
    synchronized (this) {
      while (!ended) {
        await();
      }
      if (failure != null) {
        throw failure;
      }
      return Json.readOrMissing(reply);
    }
  }

  /** The metadata of the server's last reply, as it came; empty if there was none. */
  synchronized byte[] reply() {
    return reply;
  }

  private synchronized void replied(byte[] metadata) {
    reply = metadata;
  }

  /** Ends it; the server keeps nothing. A thread that waits in it gets an exception. */
  public void cancel() {
    cancelled = true;
    observer.call().cancel("cancelled by the client", null);
  }

  @Override
  public void close() {
    boolean under;
    synchronized (this) {
      under = !ended;
    }
    if (under) {
      cancel();
    }
    onClose.accept(this);
  }

  private synchronized void wake() {
    notifyAll();
  }

  private synchronized void end(@Nullable RuntimeException error) {
    ended = true;
    failure = error;
    notifyAll();
  }

  private final class Observer implements ClientResponseObserver<OutgoingFrame, Flight.PutResult> {
    private @Nullable ClientCallStreamObserver<OutgoingFrame> started;

    private ClientCallStreamObserver<OutgoingFrame> call() {
      return java.util.Objects.requireNonNull(started);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<OutgoingFrame> call) {
      started = call;
      call.setOnReadyHandler(Upload.this::wake);
    }

    @Override
    public void onNext(Flight.PutResult result) {
      if (!result.getAppMetadata().isEmpty()) {
        replied(result.getAppMetadata().toByteArray());
      }
    }

    @Override
    public void onError(Throwable error) {
      end(Errors.toFlight(error));
    }

    @Override
    public void onCompleted() {
      end(null);
    }
  }
}
