package dev.mallard.client;

import dev.mallard.arrow.ArrowSchemas;
import dev.mallard.arrow.BatchStream;
import dev.mallard.arrow.IpcMessage;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one endpoint, pulled: a few wait here, and the server is told to send more when
 * they are taken. Closing it ends it on the server, too. One thread reads; {@link #cancel()} may be
 * called from any. Errors come as {@link org.apache.arrow.flight.FlightRuntimeException}.
 */
public final class ResultStream implements BatchStream {
  /** Messages under way; enough to keep the connection busy, few enough for large ones. */
  public static final int WINDOW = 4;

  private static final long END_SECONDS = 10;

  private final Deque<IpcMessage> arrived = new ArrayDeque<>();
  private final int window;
  private final Consumer<ResultStream> onClose;
  private final Observer observer = new Observer();
  private @Nullable Schema schema;
  private @Nullable RuntimeException failure;
  private boolean ended;
  private boolean closed;

  /** Who starts the call; apart, because the observer must be there before. */
  @FunctionalInterface
  interface Starter {
    void start(ClientResponseObserver<Flight.Ticket, Optional<IpcMessage>> observer);
  }

  /**
   * @param window messages that may be under way; 0 asks for each only when it is wanted
   */
  ResultStream(int window, Consumer<ResultStream> onClose) {
    this.window = window;
    this.onClose = onClose;
  }

  void start(Starter starter) {
    starter.start(observer);
  }

  /** Waits for the first message. */
  @Override
  public Schema schema() {
    if (schema != null) {
      return schema;
    }
    try (IpcMessage first = take()) {
      if (first == null || first.kind() != IpcMessage.Kind.SCHEMA) {
        throw Errors.protocol("the server sent no schema");
      }
      schema = ArrowSchemas.read(first.header());
      return schema;
    }
  }

  @Override
  public @Nullable IpcMessage next() {
    schema();
    IpcMessage message = take();
    if (message != null && message.kind() == IpcMessage.Kind.SCHEMA) {
      message.close();
      throw Errors.protocol("the server sent a second schema");
    }
    return message;
  }

  /** Messages that have arrived and wait; what a monitor shows. */
  public synchronized int waiting() {
    return arrived.size();
  }

  private synchronized @Nullable IpcMessage take() {
    if (window == 0) {
      observer.more();
    }
    try {
      while (arrived.isEmpty() && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Errors.cancelled("interrupted");
    }
    IpcMessage message = arrived.poll();
    if (message != null) {
      if (window > 0) {
        observer.more();
      }
      return message;
    }
    if (failure != null) {
      throw failure;
    }
    return null;
  }

  /** Stops it, on the server too; a thread that waits in {@link #next()} gets an exception. */
  public void cancel() {
    observer.cancel();
  }

  @Override
  public void close() {
    observer.cancel();
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      arrived.forEach(IpcMessage::close);
      arrived.clear();
      awaitEnd();
    }
    onClose.accept(this);
  }

  /** Nothing more can arrive after it, so that the allocator is empty. */
  private void awaitEnd() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
    boolean interrupted = false;
    while (!ended && System.nanoTime() < end) {
      try {
        wait(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(IpcMessage message) {
    if (closed) {
      message.close();
      return;
    }
    arrived.add(message);
    notifyAll();
  }

  private synchronized void end(@Nullable RuntimeException error) {
    ended = true;
    failure = error;
    notifyAll();
  }

  private final class Observer
      implements ClientResponseObserver<Flight.Ticket, Optional<IpcMessage>> {
    private @Nullable ClientCallStreamObserver<Flight.Ticket> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<Flight.Ticket> started) {
      call = started;
      started.disableAutoRequestWithInitial(window);
    }

    private void more() {
      if (call != null) {
        call.request(1);
      }
    }

    private void cancel() {
      if (call != null) {
        call.cancel("cancelled by the client", null);
      }
    }

    @Override
    public void onNext(Optional<IpcMessage> message) {
      if (message.isPresent()) {
        add(message.get());
      } else {
        more();
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
